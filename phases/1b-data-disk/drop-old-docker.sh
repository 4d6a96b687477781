# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's
# drop-old-docker: deletes the folder that move-docker kept, once Docker has proved that it does without.

keep=$root/var/backups/twistertui
folder=$root/var/lib/docker
name=${folder#"$root"}
old=$folder.before-move
record=$keep/move-docker

free() {
	sync
	df -P -B1 "${old%/*}" | awk 'NR > 1 { n = $4 } END { printf "%.0f", n }'
}

# Docker runs, from the new folder, as move-docker left it.
look() {
	to=
	[ ! -r "$record" ] || read -r to <"$record"
	if [ -z "$to" ] || [ ! -e "$record.done" ]; then
		say no-move
		return 1
	fi
	if [ "$(stat -L -c %d:%i "$folder" 2>/dev/null)" != "$(stat -L -c %d:%i "$root$to/docker" 2>/dev/null)" ]; then
		say not-moved "$to/docker"
		return 1
	fi
	if ! tw_docker_answers; then
		say no-answer
		return 1
	fi
	if [ "$(docker info --format '{{.DockerRootDir}}' 2>/dev/null)" != "$name" ]; then
		say elsewhere
		return 1
	fi
}

preflight() {
	for tool in docker systemctl stat df du awk rm; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
	look || return 1
	[ -e "$old" ] || return 0
	if [ -h "$old" ] || [ ! -d "$old" ]; then
		say not-a-folder "${old#"$root"}"
		return 1
	fi
	inside=$(awk -v d="$name.before-move" '$2 == d || index($2, d "/") == 1 { print $2; exit }' "$root"/proc/mounts)
	if [ -n "$inside" ]; then
		say mounted "$inside"
		return 1
	fi
	# Who came back yesterday may be gone today.
	left=$(tw_docker_missing "$keep/move-docker.containers" 2>/dev/null | sed 's/|.*//' | tr '\n' ' ')
	[ -z "$left" ] || say away "${left% }"
	bytes=$(timeout 40 du -sx -B1 "$old" 2>/dev/null | awk '{ print $1 }')
	[ -z "$bytes" ] || say frees "$(human "$bytes")"
}

check() {
	look || return 1
	[ ! -e "$old" ] || return 1
	say already "${old#"$root"}"
}

plan() {
	look || return 1
	printf '  %s = %s\n' "$name" "$to/docker"
	printf '$ rm -rf --one-file-system %s\n' "${old#"$root"}"
	say lost
}

apply() {
	preflight || return 1
	(umask 077 && printf "%s\n" "$(free)" >"$keep/drop-old-docker.free") || return 1
	rm -rf --one-file-system "$old"
}

verify() {
	look || return 1
	if [ -e "$old" ]; then
		say still-there "${old#"$root"}"
		return 1
	fi
	now=$(free)
	read -r before <"$keep/drop-old-docker.free" || before=$now
	freed=$((now > before ? now - before : 0))
	fact phase.docker.dropped "$freed"
	say freed "$(human "$freed")" "$(human "$before")" "$(human "$now")"
}
