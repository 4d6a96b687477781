# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; to, compare: this step's parameters
# move-docker: /var/lib/docker moves to another file system, with Docker stopped, and the old folder is kept.
#
# Docker goes on using its own path: the new folder is mounted there (bind, in fstab), and its units may only start with that
# mount in place. So no image path changes, and a server that comes up without the other disk has no Docker, instead of an
# empty one on the old disk.

keep=$root/var/backups/twistertui
folder=$root/var/lib/docker
name=${folder#"$root"} # as the server and what stands in its files have it
old=$folder.before-move
fstab=$root/etc/fstab
units='docker.service docker.socket' # neither may start without the mount
record=$keep/move-docker
ran=$keep/move-docker.containers # those that ran before
had=$keep/move-docker.images

# The file systems that could take it: TARGET|SOURCE|TYPE|OPTIONS of local ones that are not the one it is on.
places() {
	here=$(findmnt -rn -o SOURCE -T "$folder" | tail -n 1)
	findmnt -rn -o TARGET,SOURCE,FSTYPE,OPTIONS | while read -r target source type options; do
		case $type in ext4 | xfs) ;; *) continue ;; esac
		case ${target#/} in boot | boot/* | *[!A-Za-z0-9._/-]*) continue ;; esac
		# A part of one that is mounted elsewhere, such as ours, is none.
		case $source in *'['*) continue ;; esac
		[ "$source" != "$here" ] || continue
		printf '%s|%s|%s|%s\n' "$target" "$source" "$type" "$options"
	done
}

free_bytes() { df -P -B1 "$1" | awk 'NR > 1 { n = $4 } END { printf "%.0f", n }'; }
free_inodes() { df -P -i "$1" | awk 'NR > 1 { n = $4 } END { printf "%.0f", n }'; }

# measure [SECONDS]: what Docker keeps: $bytes and $inodes; not 0 when it takes longer. What containers have mounted is not counted.
measure() {
	bytes='' inodes=''
	bytes=$(timeout "${1-3600}" du -sx -B1 "$folder" 2>/dev/null | awk '{ print $1 }')
	tw_number "$bytes" || return 1
	inodes=$(timeout "${1-3600}" find "$folder" -xdev 2>/dev/null | wc -l | tr -d ' ')
	tw_number "$inodes"
}

# room: the new place has room for $bytes and $inodes and a tenth more.
room() {
	free=$(free_bytes "$root$to")
	if [ "$free" -lt $((bytes + bytes / 10 + 268435456)) ]; then
		say no-room "$to" "$(human "$free")" "$(human $((bytes + bytes / 10 + 268435456)))"
		return 1
	fi
	free=$(free_inodes "$root$to")
	if [ "$free" -lt $((inodes + inodes / 10 + 1000)) ]; then
		say no-inodes "$to" "$free" "$((inodes + inodes / 10 + 1000))"
		return 1
	fi
}

# What is mounted on the folder is our new one.
is_moved() {
	[ -d "$root$to/docker" ] && mounted &&
		[ "$(stat -L -c %d:%i "$folder")" = "$(stat -L -c %d:%i "$root$to/docker")" ]
}

mounted() { findmnt -rn -o TARGET -M "$folder" >/dev/null 2>&1; }

line() { printf '%s %s none bind,nofail,x-systemd.requires-mounts-for=%s 0 0\n' "$to/docker" "$name" "$to"; }

drop_in() { printf '%s/etc/systemd/system/%s.d/twistertui-data.conf\n' "$root" "$1"; }

# drop_in_text UNIT: what stands in that file. Without the mount the socket would take questions that systemd can only
# ask again and again, each as long as it waits for the disk: `docker ps` would never end. What else a socket depends on by
# default is said here but for one thing: that a boot waits for it, and so for a disk that may be gone (systemd.socket(5)).
drop_in_text() {
	printf '# twistertui: no Docker without the disk of its data\n[Unit]\nRequiresMountsFor=%s\n' "$name"
	[ "$1" = docker.service ] || cat <<-END
		DefaultDependencies=no
		Requires=sysinit.target
		After=sysinit.target
		Conflicts=shutdown.target
		Before=shutdown.target
	END
}

look() {
	case $to in
	'') say nothing-chosen; return 1 ;;
	/*[!A-Za-z0-9._/-]* | *//* | */../* | */./* | */.. | */. | */) say odd-place "$to"; return 1 ;;
	/*) ;;
	*) say odd-place "$to"; return 1 ;;
	esac
}

tools() {
	for tool in docker systemctl findmnt mount umount df du find cp stat timeout sha256sum sort awk; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
	# Those of busybox can neither keep all that a file is nor print it.
	if [ -z "$(find "$root"/ -maxdepth 0 -printf x 2>/dev/null)" ]; then
		say no-tool 'GNU find'
		return 1
	elif ! cp --preserve=all --version >/dev/null 2>&1; then
		say no-tool 'GNU cp'
		return 1
	fi
}

# The one that data-volume made for it stands first.
choices() {
	made=$(sed -n 3p "$keep/data-volume" 2>/dev/null)
	places | awk -F '|' -v at="$made" '$1 == at { print; next } { rest = rest $0 "\n" } END { printf "%s", rest }' |
		while IFS='|' read -r target source type _; do
			choice "$target" "$(human "$(free_bytes "$root$target")") $target ($source, $type)" \
				"$([ "$target" = "$made" ] && echo 1 || echo 0)"
		done
}

# The new place: on another file system, that Docker can use, and that is mounted at boot.
fit_place() {
	place=$(places | awk -F '|' -v to="$to" '$1 == to')
	if [ -z "$place" ]; then
		say no-place "$to"
		return 1
	fi
	IFS='|' read -r _ source type options <<-END
		$place
	END
	case ,$options, in
	*,ro,* | *,noexec,* | *,nosuid,* | *,nodev,*)
		say bad-options "$to" "$options"
		return 1
		;;
	esac
	if [ "$type" = xfs ] && ! xfs_info "$root$to" 2>/dev/null | grep -q 'ftype=1'; then
		say no-ftype "$to"
		return 1
	fi
	if ! tw_fstab_names "$to"; then
		say not-at-boot "$to"
		return 1
	fi
	for one in docker docker.twistertui-new; do
		if [ -e "$root$to/$one" ]; then
			say occupied "$to/$one"
			return 1
		fi
	done
}

# Docker itself: it runs, with its data where we look, and stops with all that it runs.
fit_docker() {
	if ! tw_docker_answers; then
		say no-answer
		return 1
	fi
	IFS='|' read -r driver live data <<-END
		$(docker info --format '{{.Driver}}|{{.LiveRestoreEnabled}}|{{.DockerRootDir}}' 2>/dev/null)
	END
	if [ "$data" != "$name" ]; then
		say elsewhere "$data"
		return 1
	elif [ "$driver" != overlay2 ]; then
		say other-driver "$driver"
		return 1
	elif [ -h "$folder" ] || mounted; then
		say mounted-already
		return 1
	elif [ -e "$old" ]; then
		say old-there "${old#"$root"}"
		return 1
	elif tw_fstab_names "$name"; then
		say in-fstab
		return 1
	fi
	list=$(tw_docker_containers) || { say no-answer; return 1; }
	if docker ps --format '{{.Names}}' | grep -q '^k8s_'; then
		say kubelet
		return 1
	fi
	if [ "$live" = true ] && [ -n "$list" ]; then
		say live
		return 1
	fi
	gone=$(printf '%s\n' "$list" | sed -n 's/|.*|true$//p' | tr '\n' ' ')
	if [ -n "$gone" ]; then
		say temporary "${gone% }"
		return 1
	fi
}

preflight() {
	tools && look || return 1
	! is_moved || return 0
	fit_docker && fit_place || return 1
	# Measuring reads every folder: on a busy disk that takes minutes, and where all that is used on the old disk fits, it fits.
	if measure 40; then
		room || return 1
		say size "$(human "$bytes")" "$inodes" "$to" "$(human "$(free_bytes "$root$to")")"
		say downtime "$((bytes / 62914560 / 60 + 1))"
	else
		bytes=$(df -P -B1 "$folder" | awk 'NR > 1 { n = $3 } END { printf "%.0f", n }')
		inodes=$(df -P -i "$folder" | awk 'NR > 1 { n = $3 } END { printf "%.0f", n }')
		room || return 1
		say unmeasured "$(human "$bytes")"
	fi
}

check() {
	look || return 1
	is_moved || return 1
	say already "$to/docker"
}

each() {
	printf '%s\n' "$list" | while IFS='|' read -r container _; do
		[ -z "$container" ] || printf '%s %s\n' "$1" "$container"
	done
}

plan() {
	look && fit_docker && fit_place || return 1
	each '$ docker stop'
	printf '$ systemctl stop docker.socket docker\n'
	printf '$ cp -a --preserve=all %s/. %s\n' "$name" "$to/docker"
	printf '  compared: names, kinds, owners, modes, sizes, times, links%s\n' "$([ "$compare" != bytes ] || echo ', every byte')"
	printf '$ mv %s %s\n\n' "$name" "${old#"$root"}"
	tw_fstab_with "$(line)" | tw_diff "$fstab"
	for unit in $units; do
		drop_in_text "$unit" | tw_diff "$(drop_in "$unit")"
	done
	printf '\n$ systemctl daemon-reload\n$ mount %s\n$ systemctl start docker.socket docker\n' "$name"
	each '$ docker start'
	say stops "$(printf '%s\n' "$list" | grep -c .)"
	say kept "${old#"$root"}"
}

# Containers first, each with its own time: the daemon gives all of them 15 s, and then leaves what still runs, and what that has
# mounted, behind. In the end nothing of it is mounted in its folder any more.
stop_docker() {
	if tw_docker_answers; then
		running=$(tw_docker_up)
		# shellcheck disable=SC2086 # one ID a word
		[ -z "$running" ] || docker stop $running >/dev/null
	fi
	systemctl stop docker.socket docker
	tries=0
	while [ "$(systemctl is-active docker 2>/dev/null)" != inactive ] ||
		awk -v d="$name/" 'index($2, d) == 1 { n = 1 } END { exit !n }' "$root"/proc/mounts; do
		tries=$((tries + 1))
		if [ "$tries" -ge 90 ]; then
			say did-not-stop "$(systemctl is-active docker 2>/dev/null)"
			return 1
		fi
		case $(systemctl is-active docker 2>/dev/null) in
		failed) systemctl reset-failed docker ;;
		esac
		sleep 1
	done
}

start_docker() {
	systemctl reset-failed docker 2>/dev/null
	if ! systemctl start docker.socket docker || ! tw_docker_wait; then
		say did-not-start "$(systemctl is-active docker 2>/dev/null)"
		journalctl -u docker -n 12 --no-pager -o cat 2>/dev/null
		return 1
	fi
	[ -r "$ran" ] || return 0
	# One that was stopped by hand does not come back by itself.
	while IFS='|' read -r _ id _; do
		docker start "$id" >/dev/null </dev/null
	done <"$ran"
	tw_docker_start "$ran" false
}

# inventory FOLDER: a line for each name in it, with all that must be the same. Folders have the size that their file system gives.
inventory() {
	(cd "$1" && find . -xdev -type d -printf '%p d %m %U %G %T@\n' -o -printf '%p %y %m %U %G %s %n %T@ %l\n' | sort)
	if command -v getfattr >/dev/null 2>&1; then
		(cd "$1" && getfattr -R -P -h -d -m - -e hex . 2>/dev/null | sort)
	fi
	if [ "$compare" = bytes ]; then
		(cd "$1" && find . -xdev -type f -print0 | sort -z | xargs -0 -r sha256sum)
	fi
}

copy() {
	new=$root$to/docker.twistertui-new
	if ! mkdir "$new" || ! cp -a --preserve=all "$folder"/. "$new"; then
		say not-copied "$to"
		return 1
	fi
	# Its own time would be that of the copy's end.
	touch -r "$folder" "$new"
	sync
	inventory "$folder" >"$keep/move-docker.here" && inventory "$new" >"$keep/move-docker.there" || return 1
	if ! cmp -s "$keep/move-docker.here" "$keep/move-docker.there"; then
		diff "$keep/move-docker.here" "$keep/move-docker.there" | head -n 20
		say differs "$to"
		return 1
	fi
	printf '%s: %s names, all the same\n' "$to/docker" "$(wc -l <"$keep/move-docker.here" | tr -d ' ')"
	rm -f "$keep/move-docker.here" "$keep/move-docker.there"
}

switch() {
	mv "$root$to/docker.twistertui-new" "$root$to/docker" && mv "$folder" "$old" && mkdir -m 710 "$folder" || return 1
	tw_fstab_with "$(line)" | tw_replace "$fstab" || return 1
	for unit in $units; do
		file=$(drop_in "$unit")
		mkdir -p "${file%/*}" && drop_in_text "$unit" | tw_replace "$file" || return 1
	done
	sync
	systemctl daemon-reload && mount "$folder"
}

apply() {
	look && fit_docker && fit_place || return 1
	(
		umask 077
		mkdir -p "$keep" && printf '%s\n' "$list" | sed '/^$/d' >"$ran" &&
			docker images -a --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}' | sort >"$had" &&
			cp -p "$fstab" "$keep/fstab.before-move" && rm -f "$record.done" &&
			printf '%s\n' "$to" >"$record.new" && mv "$record.new" "$record"
	) || { say no-record; return 1; }
	sync
	stop_docker && measure && room && copy && switch && start_docker
}

verify() {
	look || return 1
	if ! is_moved; then
		say not-moved "$to/docker"
		return 1
	fi
	if [ "$(grep -cxF -e "$(line)" "$fstab")" != 1 ]; then
		say not-at-boot-now
		return 1
	fi
	for unit in $units; do
		if [ ! -e "$(drop_in "$unit")" ]; then
			say not-at-boot-now
			return 1
		fi
		case $(systemctl show "$unit" -p RequiresMountsFor 2>/dev/null) in
		*"$name"*) ;;
		*) say not-required "$unit"; return 1 ;;
		esac
	done
	if ! tw_docker_wait; then
		say did-not-start "$(systemctl is-active docker 2>/dev/null)"
		return 1
	fi
	if [ -r "$had" ]; then
		lost=$(docker images -a --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}' | sort | grep -vxF -f - "$had" | head -n 1)
		[ -z "$lost" ] || { say image-gone "$lost"; return 1; }
	fi
	if [ -r "$ran" ]; then
		tw_docker_back "$ran" || { say not-back "$tw_left"; return 1; }
		say all-back "$(wc -l <"$ran" | tr -d ' ')"
	fi
	: >"$record.done"
	fact phase.docker.moved 1
	say moved "$to/docker"
	[ ! -e "$old" ] || say old-kept "${old#"$root"}"
	df -h "$folder" "$root"/
}

# Everything as it was, from wherever it stopped: what has been written since stays in the new folder.
undo() {
	if [ ! -r "$record" ]; then
		say undo-no-record "${keep#"$root"}"
		return 1
	fi
	read -r to <"$record"
	look || return 1
	if [ ! -e "$old" ] && is_moved; then
		say undo-dropped "${old#"$root"}"
		return 1
	fi
	since=
	if [ -e "$old" ]; then
		stop_docker || return 1
		! mounted || umount "$folder" || return 1
		if mounted || { [ -d "$folder" ] && ! rmdir "$folder"; }; then
			say undo-in-the-way
			return 1
		fi
		mv "$old" "$folder" || return 1
		[ ! -e "$root$to/docker" ] || since=yes
	fi
	tw_fstab_drop "$(line)" "$keep/fstab.before-move" || return 1
	for unit in $units; do
		file=$(drop_in "$unit")
		[ -e "$file" ] || continue
		rm -f "$file" || return 1
		rmdir "${file%/*}" 2>/dev/null
	done
	# A copy that was never used is of no use.
	rm -rf --one-file-system "$root$to/docker.twistertui-new"
	sync
	systemctl daemon-reload
	start_docker || return 1
	if [ -r "$ran" ]; then
		tw_docker_back "$ran" || { say not-back "$tw_left"; return 1; }
	fi
	rm -f "$record.done"
	say undone
	[ -z "$since" ] || say since "$to/docker"
}
