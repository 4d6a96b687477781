# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; containers, images, cache, volumes: this step's parameters
# clean-docker: what Docker keeps and nobody uses, by choice: stopped containers, images that nothing names, the build cache,
# and volumes one by one.
#
# `docker system prune -af --volumes` takes all of that at once: also an image that was built and is not deployed yet, and the
# data of a database whose container is away for a moment. Here what a container or a workload names is never offered, and one
# that is asked for all the same is refused.

keep=$root/var/backups/twistertui

# look: $all: NAME|ID|STATE|BYTES|POLICY|IMAGE ID|IMAGE|LOG of all containers; $stopped: NAME BYTES STATE IMAGE POLICY of those
# that may go; $unused: NAME ID of images that nothing names, $dangling: their short IDs; $loose: volumes that no container has.
look() {
	tw_docker_answers || { say no-answer; return 1; }
	ids=$(docker ps -aq --no-trunc) || { say no-answer; return 1; }
	all=
	# shellcheck disable=SC2086 # one ID a word
	[ -z "$ids" ] || all=$(docker inspect --type container --size --format \
		'{{.Name}}|{{.Id}}|{{.State.Status}}|{{.SizeRw}}|{{.HostConfig.RestartPolicy.Name}}|{{.Image}}|{{.Config.Image}}|{{.LogPath}}' \
		$ids | sed 's|^/||') || { say no-answer; return 1; }
	list=$(docker images --no-trunc --format '{{.Repository}}|{{.Tag}}|{{.ID}}') || { say no-answer; return 1; }
	loose=$(docker volume ls --filter dangling=true --format '{{.Driver}}|{{.Name}}') || { say no-answer; return 1; }
	# One of another driver is only a name for data that is elsewhere.
	loose=$(printf '%s\n' "$loose" | sed -n 's/^local|\([A-Za-z0-9][A-Za-z0-9_.-]*\)$/\1/p' | sort)
	# Kubernetes clears away its own.
	stopped=$(printf '%s\n' "$all" | while IFS='|' read -r name _ state bytes policy _ image log; do
		case $name in
		'' | k8s_* | *[!A-Za-z0-9_.-]*) continue ;;
		esac
		case $state in
		exited | created | dead) ;;
		*) continue ;;
		esac
		case $bytes in
		'' | *[!0-9]*) bytes=0 ;;
		esac
		# Its log goes with it.
		[ -z "$log" ] || log=$(stat -c %s "$root$log" 2>/dev/null)
		printf '%s %s %s %s %s\n' "$name" "$((bytes + ${log:-0}))" "$state" "$image" "${policy:-no}"
	done | sort)
	look_images
}

# What names an image: a container, also a stopped one; a workload of Kubernetes, also one that stands at zero; a service.
# $deaf: the cluster is there and does not say.
look_images() {
	deaf=
	used=$(tw_images_named)
	case $? in
	0) ;;
	127) used='' ;;
	*) used='' deaf=yes ;;
	esac
	if [ "$(docker info --format '{{.Swarm.LocalNodeState}}' 2>/dev/null)" = active ]; then
		used="$used
$(docker service ls --format '{{.Image}}' 2>/dev/null)"
	fi
	used=$({
		printf '%s\n' "$used" | tr ' ' '\n'
		printf '%s\n' "$all" | cut -d '|' -f 7
	} | sed '/^$/d' | tw_image_full | sort -u)
	# A name and its image's ID; an image without a tag that has a repository was pulled by its digest: it is left alone.
	names=$(printf '%s\n' "$list" | awk -F '|' '
		$1 ~ /^[A-Za-z0-9][A-Za-z0-9._:\/-]*$/ && $2 ~ /^[A-Za-z0-9_][A-Za-z0-9._-]*$/ && $3 ~ /^sha256:[0-9a-f]+$/ {
			print $1 ":" $2, $3 }')
	unused=$({
		printf '%s\n' "$all" | cut -d '|' -f 6
		printf '===\n%s\n===\n' "$used"
		printf '%s\n' "$names" | cut -d ' ' -f 1 | tw_image_full
		printf '===\n%s\n' "$names"
	} | awk '
		$0 == "===" { part++; next }
		NF == 0 { next }
		!part { keep[$1] = 1; next }
		part == 1 { used[$1] = 1; if ($1 ~ /@/) { sub(/@.*/, "", $1); sub(/:[^\/]*$/, "", $1); digest[$1] = 1 } next }
		part == 2 { full[++m] = $1; next }
		{
			n++
			repository = full[n]
			sub(/:[^\/]*$/, "", repository)
			if ((full[n] in used) || (repository in digest) || $1 ~ /^twistertui-proof:/)
				keep[$2] = 1
			line[n] = $0
			id[n] = $2
		}
		END {
			for (i = 1; i <= n; i++)
				if (!(id[i] in keep))
					print line[i]
		}' | sort)
	dangling=$({
		printf '%s\n' "$all" | cut -d '|' -f 6
		printf '===\n%s\n' "$list"
	} | awk -F '|' '
		$0 == "===" { second = 1; next }
		!second { keep[$1] = 1; next }
		$1 == "<none>" && $2 == "<none>" && $3 ~ /^sha256:[0-9a-f]+$/ && !($3 in keep) { print substr($3, 8, 12) }' | sort -u)
}

# sizes: $sizes: lines "image ID BYTES" (what no other image shares), "volume NAME BYTES", "cache in-use|free BYTES". It
# takes Docker a while: it reads all volumes.
sizes() {
	sizes=$(docker system df -v --format '{{range .Images}}image {{.ID}} {{.UniqueSize}}{{println}}{{end}}{{range .Volumes}}volume {{.Name}} {{.Size}}{{println}}{{end}}{{range .BuildCache}}cache {{.InUse}} {{.Size}}{{println}}{{end}}' 2>/dev/null |
		awk '
		NF == 3 && $3 ~ /^[0-9.]+[kMGTP]?B$/ {
			unit = substr($3, length($3) - 1, 1)
			at = index("kMGTP", unit)
			for (n = $3 + 0; at > 0; at--)
				n *= 1000
			print $1, $2, sprintf("%.0f", n)
		}')
}


# size KIND NAME: an image by its ID, long or short.
size() {
	printf '%s\n' "$sizes" | awk -v kind="$1" -v name="$2" '
		{ sub(/^sha256:/, "", $2); sub(/^sha256:/, "", name) }
		$1 == kind && ($2 == name || kind == "image" && (index($2, name) == 1 || index(name, $2) == 1)) { print $3; exit }'
}

total() { awk '{ n += $1 } END { printf "%.0f", n }'; }
count() { printf '%s\n' "$1" | grep -c .; }
cached() { printf '%s\n' "$sizes" | awk '$1 == "cache" && $2 != "true" { n += $3 } END { printf "%.0f", n }'; }
is_in() { printf '%s\n' "$2" | cut -d ' ' -f 1 | grep -qxF -e "$1"; }

# doomed_…: what was chosen and is there.
doomed_containers() {
	for one in $containers; do
		printf '%s\n' "$all" | awk -F '|' -v one="$one" '$1 == one { print $1, $2 }'
	done
}

doomed_images() {
	for one in $images; do
		if [ "$one" = dangling ]; then
			[ -z "$dangling" ] || printf '%s\n' "$dangling" | sed 's/.*/& &/'
		else
			printf '%s\n' "$unused" | awk -v one="$one" '$1 == one'
			! is_in "$one" "$dangling" || printf '%s %s\n' "$one" "$one"
		fi
	done | sort -u
}

doomed_volumes() {
	for one in $volumes; do
		! is_in "$one" "$loose" || printf '%s\n' "$one"
	done
}

# frees: bytes of what was chosen: at least so much, since two images that go may share what no third one does.
frees() {
	{
		doomed_containers | while read -r name _; do
			printf '%s\n' "$stopped" | awk -v name="$name" '$1 == name { print $2 }'
		done
		doomed_images | cut -d ' ' -f 2 | sort -u | while read -r id; do size image "$id"; done
		doomed_volumes | while read -r name; do size volume "$name"; done
		[ "$cache" != yes ] || cached
		echo
	} | total
}

choices() {
	look && sizes || return 1
	case $1 in
	containers)
		printf '%s\n' "$stopped" | while read -r name bytes state image policy; do
			[ -z "$name" ] || choice "$name" "$(human "$bytes") $name ($image, $state, restart=$policy)" 0
		done
		;;
	images)
		choice dangling "$(human "$(printf '%s\n' "$dangling" | while read -r id; do
			[ -z "$id" ] || size image "$id"; done | total)") <none> ($(count "$dangling"))" 1
		[ -n "$deaf" ] || printf '%s\n' "$unused" | while read -r name id; do
			[ -z "$name" ] || choice "$name" "$(human "$(size image "$id")") $name" 0
		done
		;;
	volumes)
		printf '%s\n' "$loose" | while read -r name; do
			[ -z "$name" ] || choice "$name" "$(human "$(size volume "$name")") $name" 0
		done
		;;
	esac
}

may_containers() {
	for one in $containers; do
		state=$(printf '%s\n' "$all" | awk -F '|' -v one="$one" '$1 == one { print $3 }')
		# One that is gone is what was wanted.
		[ -n "$state" ] || continue
		is_in "$one" "$stopped" || { say not-stopped "$one" "$state"; return 1; }
	done
}

may_images() {
	for one in $images; do
		if [ "$one" = dangling ] || is_in "$one" "$dangling"; then
			continue
		fi
		if [ -n "$deaf" ]; then
			say no-workloads "$one"
			return 1
		fi
		if is_in "$one" "$names" && ! is_in "$one" "$unused"; then
			say in-use "$one"
			return 1
		fi
	done
}

may_volumes() {
	known=
	[ -z "$volumes" ] || known=$(docker volume ls -q) || { say no-answer; return 1; }
	for one in $volumes; do
		if is_in "$one" "$known" && ! is_in "$one" "$loose"; then
			say volume-used "$one"
			return 1
		fi
	done
}

preflight() {
	for tool in docker systemctl awk sed sort cut grep df stat; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
	look && sizes || return 1
	may_containers && may_images && may_volumes || return 1
	say stopped "$(count "$stopped")" "$(human "$(printf '%s\n' "$stopped" | cut -d ' ' -f 2 | total)")"
	say dangling "$(count "$dangling")" "$(human "$(printf '%s\n' "$dangling" | while read -r id; do
		[ -z "$id" ] || size image "$id"; done | total)")"
	if [ -n "$deaf" ]; then
		say deaf
	else
		say unused "$(count "$unused")" "$(human "$(printf '%s\n' "$unused" | cut -d ' ' -f 2 | sort -u |
			while read -r id; do [ -z "$id" ] || size image "$id"; done | total)")"
	fi
	say cache "$(human "$(cached)")"
	say loose "$(count "$loose")" "$(human "$(printf '%s\n' "$loose" | while read -r name; do
		[ -z "$name" ] || size volume "$name"; done | total)")"
	if [ -z "$containers$images$volumes" ] && [ "$cache" != yes ]; then
		say nothing-chosen
		return 1
	fi
}

check() {
	look || return 1
	[ -z "$(doomed_containers)$(doomed_images)$(doomed_volumes)" ] || return 1
	if [ "$cache" = yes ]; then
		sizes
		[ "$(cached)" = 0 ] || return 1
	fi
	say already
}

plan() {
	look && sizes || return 1
	doomed_containers | while read -r name id; do
		printf '$ docker rm %s    # %s\n' "$name" "$(printf %s "$id" | cut -c 1-12)"
	done
	doomed_images | while read -r name id; do
		printf '$ docker rmi %s%s\n' "$name" "$([ "$name" = "$id" ] || printf %s "$id" | sed 's/^sha256:\(.\{12\}\).*/    # \1/')"
	done
	[ "$cache" != yes ] || printf '$ docker builder prune -af\n'
	doomed_volumes | while read -r name; do
		printf '$ docker volume rm %s\n' "$name"
	done
	say frees "$(human "$(frees)")"
	[ "$cache" != yes ] || say cold
	[ -z "$(doomed_volumes)" ] || say data "$(doomed_volumes | tr '\n' ' ' | sed 's/ $//')"
	say lost
}

# What there is: "container ID NAME", "image ID NAME", "volume NAME".
inventory() {
	printf '%s\n' "$all" | awk -F '|' 'NF > 1 { print "container", $2, $1 }'
	printf '%s\n' "$list" | awk -F '|' 'NF > 2 { print "image", $3, ($1 == "<none>" ? substr($3, 8, 12) : $1 ":" $2) }'
	docker volume ls -q | sed 's/^/volume /'
}

# Bytes free where Docker keeps its things.
free() {
	folder=$root$(docker info --format '{{.DockerRootDir}}' 2>/dev/null)
	[ -d "$folder" ] || folder=$root/
	sync
	df -P -B1 "$folder" | awk 'NR > 1 { n = $4 } END { printf "%.0f", n }'
}

apply() {
	look || return 1
	umask 077
	mkdir -p "$keep" || return 1
	# Those that stay: verify looks for each of them.
	{
		printf 'free %s\n' "$(free)"
		inventory
	} >"$keep/clean-docker.all" || return 1
	{
		doomed_containers | sed 's/\(.*\) \(.*\)/container \2 \1/'
		doomed_images | while read -r name id; do
			case $id in
			sha256:*) printf 'image %s %s\n' "$id" "$name" ;;
			*) printf '%s\n' "$list" | awk -F '|' -v id="$id" '$3 ~ "^sha256:" id { print "image", $3, id }' ;;
			esac
		done
		doomed_volumes | sed 's/^/volume /'
	} >"$keep/clean-docker.gone" || return 1
	grep -vxF -f "$keep/clean-docker.gone" "$keep/clean-docker.all" >"$keep/clean-docker.new"
	mv "$keep/clean-docker.new" "$keep/clean-docker.before" && rm -f "$keep/clean-docker.all" "$keep/clean-docker.gone" || return 1
	doomed_containers | while read -r _ id; do
		docker rm "$id" || return 1
	done || return 1
	doomed_images | while read -r name _; do
		docker rmi "$name" || return 1
	done || return 1
	if [ "$cache" = yes ]; then
		docker builder prune -af || return 1
	fi
	doomed_volumes | while read -r name; do
		docker volume rm "$name" || return 1
	done
}

verify() {
	look || return 1
	left=$({ doomed_containers; doomed_images; doomed_volumes; } | head -n 1 | cut -d ' ' -f 1)
	if [ -n "$left" ]; then
		say still-there "$left"
		return 1
	fi
	if [ "$cache" = yes ]; then
		sizes
		[ "$(cached)" = 0 ] || { say cache-left "$(human "$(cached)")"; return 1; }
	fi
	if [ ! -r "$keep/clean-docker.before" ]; then
		say not-measured
		return 0
	fi
	inventory >"$keep/clean-docker.now" || return 1
	lost=$(sed 1d "$keep/clean-docker.before" | grep -vxF -f "$keep/clean-docker.now" | head -n 1)
	if [ -n "$lost" ]; then
		say also-gone "$lost"
		return 1
	fi
	read -r _ before <"$keep/clean-docker.before"
	now=$(free)
	freed=$((now > before ? now - before : 0))
	fact phase.docker.freed "$freed"
	say freed "$(human "$freed")" "$(human "$before")" "$(human "$now")"
	docker system df
}
