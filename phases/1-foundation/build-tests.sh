# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; dockerfiles, limit: parameters
# build-tests: named Dockerfiles are built cold and with a warm cache, timed, and compared with the last time.
#
# A build that hangs is ended: its client's process group first, which makes the daemon give it up; then it is looked whether
# the daemon really did. What shows that is a host name that only our builds are given: the old builder's containers have it in
# their settings, BuildKit writes it to a file that lives as long as its container. Images have a name of our own; they, what
# else came without a name, and what the cache gained are taken away again. What the base images are pulled from, and how fast,
# is in the cold figure, too.

keep=$root/var/backups/twistertui
history=$keep/build-tests
result=$keep/build-tests.result
ours=twistertui-build-test
mark=twistertui-build.invalid

# file_of CHOICE: the Dockerfile meant by it: itself, or the one in that folder.
file_of() {
	if [ -d "$root$1" ]; then
		printf '%s/Dockerfile\n' "${1%/}"
	else
		printf '%s\n' "$1"
	fi
}

# slug FILE: its name in facts and tags: /srv/mcp/Dockerfile is srv-mcp, /srv/mcp/Dockerfile.gpu is srv-mcp-gpu.
slug() {
	printf '%s\n' "$1" | sed -e 's/\/Dockerfile$//' -e 's/\/Dockerfile\./\//' | tr '[:upper:]' '[:lower:]' |
		sed -e 's/[^a-z0-9][^a-z0-9]*/-/g' -e 's/^-//' -e 's/-$//' | cut -c 1-80
}

# seconds LIMIT: 90m is 5400.
seconds() {
	case $1 in
	*s) echo "${1%s}" ;;
	*m) echo $((${1%m} * 60)) ;;
	*h) echo $((${1%h} * 3600)) ;;
	esac
}

# words SECONDS: as people say it.
words() {
	awk -v s="$1" 'BEGIN {
		if (s < 60) printf "%.1f s", s
		else if (s < 3600) printf "%d min %d s", s / 60, s % 60
		else printf "%d h %d min", s / 3600, s % 3600 / 60
	}'
}

# Hundredths of a second since the server began.
now() {
	read -r up _ <"$root"/proc/uptime
	case $up in
	'' | *[!0-9.]*) return 1 ;;
	esac
	awk -v up="$up" 'BEGIN { printf "%.0f", up * 100 }'
}

# last FILE: COLD CACHED of the last time, or nothing.
last() {
	[ ! -r "$history" ] || awk -v file="$1" '$2 == file { text = $3 " " $4 } END { print text }' "$history"
}

choices() {
	{
		for one in $dockerfiles; do
			file_of "$one"
		done
		for place in home root opt srv twisterlab usr/local/src; do
			(cd "$root/" && find "./$place" -xdev -maxdepth 5 -type f -name 'Dockerfile*' ! -path '*/.*/*' ! -path '*/node_modules/*' 2>/dev/null)
		done | sed 's/^\.//'
	} | sort -u | head -n 200 | while read -r file; do
		case $file in
		*[!A-Za-z0-9._/@:-]*) continue ;;
		esac
		before=$(last "$file")
		if [ -n "$before" ]; then
			choice "$file" "$file: $(words "${before% *}") / $(words "${before#* }")" 0
		else
			choice "$file" "$file" 0
		fi
	done
}

# each: the Dockerfiles that were chosen, one a line, each once.
each() {
	for one in $dockerfiles; do
		file_of "$one"
	done | awk '!seen[$0]++'
}

preflight() {
	for tool in docker systemctl awk setsid find comm sort sha256sum; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
	if [ -z "$dockerfiles" ]; then
		say nothing-chosen "$({ choice() { echo "$1"; }; choices; } | grep -c .)"
		return 1
	fi
	tw_docker_answers || { say no-docker "$(systemctl is-active docker 2>/dev/null)"; return 1; }
	for one in $dockerfiles; do
		case $one in
		/*) ;;
		*) say no-path "$one"; return 1 ;;
		esac
		file=$(file_of "$one")
		folder=${file%/*}
		if [ ! -d "$root${folder:-/}" ]; then
			say no-context "${folder:-/}"
			return 1
		elif [ ! -f "$root$file" ]; then
			say no-dockerfile "$file"
			return 1
		elif ! grep -q -i -E '^[[:space:]]*FROM[[:space:]]' "$root$file"; then
			say not-a-dockerfile "$file"
			return 1
		fi
	done
	n=$(each | grep -c .)
	if [ $((n * 2 * $(seconds "$limit"))) -gt 82800 ]; then
		say too-long "$n" "$limit"
		return 1
	fi
	place=$root$(docker info --format '{{.DockerRootDir}}' 2>/dev/null)
	[ -d "$place" ] || place=$root/
	free=$(df -P -k "$place" | awk 'NR > 1 { print $4 }')
	if [ "${free:-0}" -lt 5242880 ]; then
		say no-room "$((free / 1024))" "${place#"$root"}"
		return 1
	fi
	n=$(leftovers | grep -c .)
	[ "$n" = 0 ] || say left-before "$n"
}

# A measurement ages: it is made each time it is asked for.
check() {
	return 1
}

# What a Dockerfile says is part of the plan: one that is edited before the yes is not built as if it had been shown.
plan() {
	each | while read -r file; do
		printf ' %s, sha256 %s\n' "$file" "$(sha256sum <"$root$file" | cut -d ' ' -f 1)"
		printf '$ docker build --no-cache -t %s:%s -f %s %s\n$ docker build …\n' "$ours" "$(slug "$file")" "$file" "${file%/*}"
		before=$(last "$file")
		[ -z "$before" ] || say last "$file" "$(words "${before% *}")" "$(words "${before#* }")"
	done
	printf '$ docker rmi %s:…\n' "$ours"
	say limits "$(each | grep -c .)" "$limit"
}

# leftovers: images of our name.
leftovers() {
	docker images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null | grep "^$ours:"
}

# at_work: what the daemon still builds for us: containers of the old builder, files of BuildKit's.
at_work() {
	ids=$(docker ps -q --no-trunc 2>/dev/null)
	# shellcheck disable=SC2086 # one ID a word
	[ -z "$ids" ] || docker inspect --format '{{.Id}} {{.HostConfig.ExtraHosts}}' $ids 2>/dev/null | grep -F "$mark:" | cut -d ' ' -f 1
	place=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null)
	grep -l -F "$mark" "$root$place"/buildkit/executor/hosts.* 2>/dev/null | sed 's/.*\//buildkit /'
}

# state [all]: names of what a build may leave behind: images without a name (or all there are: one of somebody else's may lose
# its name meanwhile), pieces of BuildKit's cache.
state() {
	if [ "${1-}" = all ]; then
		docker images -a -q --no-trunc 2>/dev/null
	else
		docker images -q --no-trunc -f dangling=true 2>/dev/null
	fi | sed 's/^/image /'
	docker system df -v --format '{{range .BuildCache}}{{.ID}}{{println}}{{end}}' 2>/dev/null |
		grep -x '[a-z0-9]\{10,\}' | sed 's/^/cache /'
}

# stop PID: ends the build whose group that is, and waits until the daemon has ended its part of it.
stop() {
	kill -TERM "-$1" 2>/dev/null
	sleep 1
	kill -KILL "-$1" 2>/dev/null
	tries=0
	while busy=$(at_work) && [ -n "$busy" ] && [ "$tries" -lt 30 ]; do
		for id in $busy; do
			case $id in
			buildkit | hosts.*) ;;
			*) [ "$tries" -lt 2 ] || docker rm -f "$id" >/dev/null 2>&1 ;;
			esac
		done
		tries=$((tries + 1))
		sleep 1
	done
}

# tidy: takes away what came since $keep/build-tests.state was written.
tidy() {
	for image in $(leftovers); do
		docker rmi "$image" >/dev/null 2>&1
	done
	[ -r "$keep/build-tests.state" ] || return 0
	# A piece of the cache goes only after those that are made of it.
	tries=0 old=''
	while [ "$tries" -lt 50 ]; do
		state | sort -u >"$keep/build-tests.now"
		new=$(comm -13 "$keep/build-tests.state" "$keep/build-tests.now")
		if [ -z "$new" ] || [ "$new" = "$old" ]; then
			break
		fi
		old=$new
		printf '%s\n' "$new" | while read -r kind id; do
			case $kind in
			image) docker rmi "$id" </dev/null ;;
			cache) docker builder prune -a -f --filter "id=$id" </dev/null ;;
			esac
		done >/dev/null 2>&1
		tries=$((tries + 1))
	done
	rm -f "$keep/build-tests.now"
}

# build FILE [--no-cache]: builds it, for $limit at most; how it ended in $status (124: its time was over), how long it
# took, in hundredths of a second, in $took.
build() {
	printf '\n$ docker build %s-f %s %s\n' "${2:+$2 }" "$1" "${1%/*}"
	rm -f "$keep/build-tests.over"
	began=$(now) || return 1
	# shellcheck disable=SC2086 # an option or none
	setsid docker build ${2-} --force-rm --add-host "$mark:127.0.0.1" -t "$ours:$(slug "$1")" -f "$root$1" \
		"$root${1%/*}/" 2>&1 </dev/null &
	building=$!
	(
		while sleep 1 && kill -0 "$building" 2>/dev/null; do
			[ $(($(now) - began)) -ge $(($(seconds "$limit") * 100)) ] || continue
			: >"$keep/build-tests.over"
			stop "$building"
			break
		done
	) >/dev/null 2>&1 </dev/null &
	watching=$!
	wait "$building"
	status=$?
	took=$(($(now) - began))
	if [ -e "$keep/build-tests.over" ]; then
		wait "$watching"
		status=124
	fi
	kill "$watching" 2>/dev/null
	wait "$watching" 2>/dev/null
	building=
	rm -f "$keep/build-tests.over"
}

# give_up: the job is to end, and has seconds for it: so is the build.
give_up() {
	trap '' HUP INT TERM
	[ -z "${building-}" ] || stop "$building"
	[ -z "${watching-}" ] || kill "$watching" 2>/dev/null
	tidy
	rm -f "$keep/build-tests.list" "$keep/build-tests.state" "$keep/build-tests.over"
	exit 1
}

# one FILE: cold, then with what that left in the cache. "FILE COLD CACHED" goes to the results, or "FILE failed KIND STATUS".
one() {
	for kind in cold cached; do
		if [ "$kind" = cold ]; then
			build "$1" --no-cache
		else
			cold=$took
			build "$1"
		fi
		if [ "$status" -ne 0 ]; then
			printf '%s failed %s %s\n' "$1" "$kind" "$status" >>"$result"
			return 0
		fi
	done
	printf '%s %s %s\n' "$1" "$(awk -v n="$cold" 'BEGIN { printf "%.2f", n / 100 }')" \
		"$(awk -v n="$took" 'BEGIN { printf "%.2f", n / 100 }')" >>"$result"
}

apply() {
	umask 077
	mkdir -p "$keep" && : >"$result" || return 1
	trap give_up HUP INT TERM
	building='' watching=''
	rm -f "$keep/build-tests.state"
	tidy # an image of ours that an interrupted one left
	state all | sort -u >"$keep/build-tests.state" || return 1
	each >"$keep/build-tests.list" || return 1
	while read -r file <&3; do
		one "$file"
		tidy
	done 3<"$keep/build-tests.list"
	rm -f "$keep/build-tests.list" "$keep/build-tests.state"
	# What was before it is what verify compares with.
	[ -r "$history" ] && cp "$history" "$history.before"
	[ -r "$history" ] || : >"$history.before"
	{
		tail -n 400 "$history.before"
		awk -v at="$(date +%s)" '$2 != "failed" { print at, $0 }' "$result"
	} >"$history.new" && mv "$history.new" "$history" && sync
}

# Each has both figures, and nothing of it is left: no image of ours, no build at work.
verify() {
	if [ ! -s "$result" ]; then
		say not-built
		return 1
	fi
	bad=0 slowest=0
	for file in $(each); do
		line=$(awk -v file="$file" '$1 == file' "$result" | tail -n 1)
		# shellcheck disable=SC2086 # words of our own file
		set -- $line
		case $#.${2-}.${4-} in
		0.*) say not-built; bad=1; continue ;;
		*.failed.124) say hung "$file" "$3" "$limit"; bad=1; continue ;;
		*.failed.*) say failed "$file" "$3" "$4"; bad=1; continue ;;
		esac
		fact "phase.build.cold.$(slug "$file")" "$2"
		fact "phase.build.cached.$(slug "$file")" "$3"
		slowest=$(awk -v a="$slowest" -v b="$2" 'BEGIN { print (b > a ? b : a) }')
		before=$(awk -v file="$file" '$2 == file { text = $3 " " $4 } END { print text }' "$history.before" 2>/dev/null)
		if [ -n "$before" ]; then
			say compared "$file" "$(words "$2")" "$(words "$3")" "$(words "${before% *}")" "$(words "${before#* }")"
		else
			say first "$file" "$(words "$2")" "$(words "$3")"
		fi
	done
	left=$(at_work | head -n 1)
	if [ -n "$left" ]; then
		say still-building "$left"
		bad=1
	fi
	left=$(leftovers | head -n 1)
	if [ -n "$left" ]; then
		say image-left "$left"
		bad=1
	fi
	[ "$bad" = 0 ] || return 1
	fact phase.build.minutes "$(awk -v s="$slowest" 'BEGIN { printf "%.1f", s / 60 }')"
	say clean
}
