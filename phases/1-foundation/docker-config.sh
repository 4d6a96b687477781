# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; max_size, max_file, downloads, uploads, nofile: parameters
# docker-config: Docker for spinning disks: daemon.json is merged with what is there, validated, and proved.
#
# `dockerd --validate` and "active" prove little: with a ulimit that lacks its "Name" both say yes, and then no container
# starts. So verify starts one, reads its limits, and looks for the containers that ran before.

file=$root/etc/docker/daemon.json
keep=$root/var/backups/twistertui
ran=$keep/docker-config.containers # those that ran before

# merge: reads daemon.json, prints it with our settings; every other byte stays as it is. 0: changed, 3: it says so
# already, 2: it cannot be changed; the reason is printed instead. It is a JSON reader in awk, because a server need have
# neither jq nor python.
merge() {
	# shellcheck disable=SC2016 # awk's own variables
	awk -v max_size="$max_size" -v max_file="$max_file" -v downloads="$downloads" -v uploads="$uploads" \
		-v nofile="$nofile" -v overlay2="$1" '
	function bad(why, at) {
		if (!Bad)
			Bad = why " (line " line_of(at ? at : P) ")"
		P = N + 1
		return ""
	}
	function line_of(p,   i, n) {
		n = 1
		for (i = 1; i < p && i <= N; i++)
			n += substr(S, i, 1) == "\n"
		return n
	}
	function space() {
		while (P <= N && index(" \t\r\n", substr(S, P, 1)))
			P++
	}
	# At a quote: the string, escapes of ASCII decoded (enough to know a key again).
	function string(   out, c, h, i, v) {
		for (P++; P <= N; P++) {
			c = substr(S, P, 1)
			if (c == "\"") {
				P++
				return out
			}
			if (index(Control, c))
				return bad("a control character in a string")
			if (c == "\\") {
				c = substr(S, ++P, 1)
				if (c == "u") {
					for (i = v = 0; i < 4; i++) {
						h = index("0123456789abcdef", tolower(substr(S, ++P, 1)))
						if (P > N || !h)
							return bad("a broken \\u")
						v = v * 16 + h - 1
					}
					c = v < 128 ? sprintf("%c", v) : "\\u" v
				} else if (P > N || !(i = index("\"\\/bfnrt", c)))
					return bad("an unknown escape")
				else
					c = substr("\"\\/\b\f\n\r\t", i, 1)
			}
			out = out c
		}
		return bad("a string that does not end")
	}
	# A value at P. Paths are remembered outside lists: From, To (just past it), Kind, Text, and of objects First (key),
	# Last (just past the last value), Count.
	function value(path, depth,   c, from, word) {
		space()
		from = P
		c = substr(S, P, 1)
		if (depth > 50)
			return bad("nested too deep")
		if (c == "{") {
			object(path, depth)
		} else if (c == "[") {
			list(depth)
		} else if (c == "\"") {
			word = string()
		} else if (match(substr(S, P, 400), /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/)) {
			P += RLENGTH
		} else if (match(substr(S, P, 5), /^(true|false|null)/)) {
			P += RLENGTH
		} else
			return bad("a value is missing or is none")
		if (path != "") {
			if (path in From)
				Twice[path] = 1
			From[path] = from
			To[path] = P
			Kind[path] = c
			Text[path] = c == "\"" ? word : substr(S, from, P - from)
		}
	}
	function object(path, depth,   key, child) {
		P++
		Count[path] = 0
		First[path] = Last[path] = 0
		for (space(); substr(S, P, 1) != "}"; space()) {
			if (Count[path] && substr(S, P++, 1) != ",")
				return bad("a comma or } is missing")
			space()
			if (substr(S, P, 1) != "\"")
				return bad("a key is missing")
			if (!Count[path])
				First[path] = P
			key = string()
			space()
			if (substr(S, P++, 1) != ":")
				return bad("a colon is missing")
			child = path == "" || index(key, ".") ? "" : path "." key
			value(child, depth + 1)
			Last[path] = P
			Count[path]++
			if (Bad)
				return
		}
		P++
	}
	function list(depth,   n) {
		P++
		for (space(); substr(S, P, 1) != "]"; space()) {
			if (n++ && substr(S, P++, 1) != ",")
				return bad("a comma or ] is missing")
			value("", depth + 1)
			if (Bad)
				return
		}
		P++
	}
	function parse() {
		split("", From); split("", To); split("", Kind); split("", Text)
		split("", First); split("", Last); split("", Count); split("", Twice)
		N = length(S)
		P = 1
		value("$", 0)
		space()
		if (!Bad && P <= N)
			bad("something follows the end")
		if (!Bad && Kind["$"] != "{")
			bad("not an object")
	}
	# White space before position p back to its line, or "-" when something else stands there.
	function indent_at(p,   out, c) {
		while (--p > 0) {
			c = substr(S, p, 1)
			if (c == "\n")
				return out
			if (c != " " && c != "\t")
				return "-"
			out = c out
		}
		return out
	}
	function put(from, to, text) {
		S = substr(S, 1, from - 1) text substr(S, to)
		Changed = 1
		parse()
	}
	# Member key of the object at path becomes literal.
	function set(path, key, literal,   at, inner, outer, unit) {
		if (Bad)
			return
		at = path "." key
		if (at in Twice) {
			bad("\"" key "\" is given twice", From[at])
			return
		}
		if (at in From) {
			if (substr(S, From[at], To[at] - From[at]) != literal && !same(at, literal))
				put(From[at], To[at], literal)
			return
		}
		unit = indent_at(First["$"])
		if (!Count[path] && Count["$"] && unit == "-") {
			put(From[path], To[path], "{\"" key "\": " literal "}")
		} else if (!Count[path]) {
			outer = indent_at(line_start(From[path]))
			inner = outer (unit ~ /^[ \t]+$/ ? unit : "  ")
			put(From[path], To[path], "{\n" inner "\"" key "\": " literal "\n" outer "}")
		} else if ((inner = indent_at(First[path])) != "-")
			put(Last[path], Last[path], ",\n" inner "\"" key "\": " literal)
		else
			put(Last[path], Last[path], ", \"" key "\": " literal)
	}
	# Position of the first character of the line of p that is no white space.
	function line_start(p) {
		while (p > 1 && substr(S, p - 1, 1) != "\n")
			p--
		while (index(" \t", substr(S, p, 1)))
			p++
		return p
	}
	function same(at, literal) {
		return Kind[at] == "\"" && "\"" Text[at] "\"" == literal
	}
	# An object that is to be there, and nothing else in its place.
	function need(path, key) {
		if (Bad)
			return
		if ((path "." key) in Twice)
			bad("\"" key "\" is given twice", From[path "." key])
		else if (!((path "." key) in From))
			set(path, key, "{}")
		else if (Kind[path "." key] != "{")
			bad("\"" key "\" is not an object", From[path "." key])
	}
	BEGIN {
		for (i = 1; i < 32; i++)
			Control = Control sprintf("%c", i)
	}
	{ S = S $0 "\n" }
	END {
		if (S !~ /[^ \t\r\n]/)
			S = "{\n}\n"
		parse()
		if (!Bad && ("$.log-driver" in From) && Text["$.log-driver"] != "json-file")
			bad("log-driver is " Text["$.log-driver"] ", whose log-opts do not fit json-file",
				From["$.log-driver"])
		if (overlay2 == "yes" && !("$.storage-driver" in From))
			set("$", "storage-driver", "\"overlay2\"")
		set("$", "log-driver", "\"json-file\"")
		need("$", "log-opts")
		set("$.log-opts", "max-size", "\"" max_size "\"")
		set("$.log-opts", "max-file", "\"" max_file "\"")
		set("$", "max-concurrent-downloads", downloads)
		set("$", "max-concurrent-uploads", uploads)
		need("$", "default-ulimits")
		at = "$.default-ulimits.nofile"
		if (at in Twice)
			bad("\"nofile\" is given twice", From[at])
		if (!(at in From) || Count[at] != 3 || Text[at ".Name"] != "nofile" || Text[at ".Hard"] != nofile ||
			Text[at ".Soft"] != nofile)
			set("$.default-ulimits", "nofile",
				"{\"Name\": \"nofile\", \"Hard\": " nofile ", \"Soft\": " nofile "}")
		if (Bad) {
			print Bad
			exit 2
		}
		ORS = ""
		print S
		if (!Changed)
			exit 3
	}'
}

# present: daemon.json as it is, nothing when there is none.
present() {
	[ ! -f "$file" ] || cat "$file"
}

# What Docker says of itself: $driver $live $folder. A storage driver is pinned only where it is in use already:
# another one would hide all images.
look() {
	if ! tw_docker_answers; then
		say no-answer
		return 1
	fi
	IFS='|' read -r driver live folder <<-END
		$(docker info --format '{{.Driver}}|{{.LiveRestoreEnabled}}|{{.DockerRootDir}}' 2>/dev/null)
	END
	overlay2=
	[ "$driver" != overlay2 ] || overlay2=yes
}

# free KIB PATH: at least so much is free there.
room() {
	place=$2
	[ -d "$place" ] || place=$root/
	free=$(df -P -k "$place" | awk 'NR > 1 { n = $4 } END { printf "%.0f", n }')
	[ "$free" -ge "$1" ] || { say no-room "${place#"$root"}" "$((free / 1024))" "$(($1 / 1024))"; return 1; }
}

# A setting that is both a flag of the running daemon and in the file keeps it from starting.
flags() {
	pid=$(systemctl show docker -p MainPID 2>/dev/null)
	pid=${pid#MainPID=}
	case $pid in
	'' | 0 | *[!0-9]*) return 0 ;;
	esac
	[ -r "$root/proc/$pid/cmdline" ] || return 0
	flag=$(tr '\0' '\n' <"$root/proc/$pid/cmdline" | grep -E -e \
		'^(--(log-driver|log-opt|max-concurrent-(down|up)loads|default-ulimit|storage-driver|config-file)|-s)(=|$)' |
		head -n 1)
	[ -z "$flag" ] || { say flag "$flag"; return 1; }
}

tools() {
	for tool in docker systemctl awk diff df sort; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
}

# Seconds since the daemon's process began; nothing when it cannot be told.
daemon_age() {
	began=$(systemctl show docker -p ExecMainStartTimestampMonotonic 2>/dev/null)
	began=${began#*=}
	read -r up _ <"$root"/proc/uptime || return 1
	case $began in
	'' | 0 | *[!0-9]*) return 1 ;;
	esac
	awk -v up="$up" -v began="$began" 'BEGIN { printf "%d", up - began / 1000000 }'
}

# The file was last written after the daemon began, which therefore does not know what it says.
unread() {
	age=$(daemon_age) || return 1
	written=$(stat -c %Y "$file" 2>/dev/null) || return 1
	[ $(($(date +%s) - written + 1)) -lt "$age" ]
}

# What dockerd itself makes of the merged file, where it can be asked; nothing is written for that.
accepted() {
	[ -e /dev/stdin ] && dockerd --help 2>&1 | grep -q -e --validate || return 0
	why=$(present | merge "$overlay2" | dockerd --validate --config-file /dev/stdin 2>&1) && return 0
	say refused "${why##*/dev/stdin: }"
	return 1
}

preflight() {
	tools || return 1
	state=$(systemctl is-active docker 2>/dev/null)
	if [ "$(systemctl is-enabled docker 2>/dev/null)" = masked ]; then
		say masked
		return 1
	elif [ "$state" != active ]; then
		say not-active "${state:-?}"
		return 1
	fi
	look && flags || return 1
	if [ -h "$file" ] || { [ -e "$file" ] && ! [ -f "$file" ]; }; then
		say not-a-file "${file#"$root"}"
		return 1
	fi
	size=$(present | wc -c)
	if [ "$size" -gt 65536 ] || [ "$(present | tr -d '\000' | wc -c)" -ne "$size" ]; then
		say not-text "${file#"$root"}"
		return 1
	fi
	why=$(present | merge "$overlay2")
	if [ $? = 2 ]; then
		say unmergeable "${file#"$root"}" "$why"
		return 1
	fi
	accepted || return 1
	# Nobody knows whether Docker starts with such a file: it would be no way back. Ours is: the one before is kept.
	if unread && ! cmp -s "$keep/daemon.json.new" "$file"; then
		say untried "${file#"$root"}"
		return 1
	fi
	room 1024 "$root"/etc && room 65536 "$root$folder" || return 1
	list=$(tw_docker_containers) || { say no-answer; return 1; }
	gone=$(printf '%s\n' "$list" | sed -n 's/|.*|true$//p' | tr '\n' ' ')
	if [ -n "$gone" ] && [ "$live" != true ]; then
		say temporary "${gone% }"
		return 1
	fi
}

check() {
	look || return 1
	present | merge "$overlay2" >/dev/null
	[ $? = 3 ] || return 1
	if unread; then
		say not-loaded "${file#"$root"}"
		return 1
	fi
	say already "$max_size" "$max_file" "$nofile"
}

plan() {
	look || return 1
	name=${file#"$root"}
	before=$file label=$name
	[ -f "$file" ] || before=/dev/null label=/dev/null
	why=$(present | merge "$overlay2")
	case $? in
	0) present | merge "$overlay2" | diff -u -L "$label" -L "$name" "$before" - ;;
	3) say only-restart "$name" ;;
	*)
		say unmergeable "$name" "$why"
		return 1
		;;
	esac
	printf '\n$ systemctl restart docker\n'
	list=$(tw_docker_containers) || { say no-answer; return 1; }
	if [ -z "$list" ]; then
		say none-running
		return 0
	fi
	printf '%s\n' "$list" | while IFS='|' read -r container _ policy _; do
		if tw_docker_returns "$policy" "$live"; then
			printf '  %s (%s)\n' "$container" "${policy:-no}"
		else
			printf '  %s (%s)\n$ docker start %s\n' "$container" "${policy:-no}" "$container"
		fi
	done
	if [ "$live" = true ]; then
		say all-go-on "$(printf '%s\n' "$list" | wc -l | tr -d ' ')"
	else
		say all-restart "$(printf '%s\n' "$list" | wc -l | tr -d ' ')"
	fi
}

# put TEXT-FILE: takes the place of daemon.json by rename, with the old one's owner and mode.
put() {
	aside=$root/etc/docker/.daemon.json.twistertui
	rm -f "$aside"
	if [ -f "$file" ]; then
		cp -p "$file" "$aside"
	else
		(umask 022 && : >"$aside")
	fi
	cat "$1" >"$aside" && cmp -s "$1" "$aside" && mv "$aside" "$file" && sync
}

# An old daemon that goes on is no restart.
restart() {
	systemctl reset-failed docker 2>/dev/null
	if ! systemctl restart docker || ! tw_docker_wait; then
		say did-not-start "$(systemctl is-active docker 2>/dev/null)"
		journalctl -u docker -n 12 --no-pager -o cat 2>/dev/null
		return 1
	fi
}

# Starts what Docker does not start by itself, and after a while whatever else is missing.
bring_back() {
	[ ! -r "$ran" ] || tw_docker_start "$ran" "$live"
}

all_back() {
	if [ ! -r "$ran" ]; then
		say no-record
		return 0
	fi
	tw_docker_back "$ran" || { say not-back "$tw_left"; return 1; }
	say all-back "$(wc -l <"$ran" | tr -d ' ')"
}

# An image of this server's own sh and what it needs, so that a container can be started on any server, without a
# network, and nobody's entry point is run for it.
proof_image() {
	stage=$(mktemp -d "$root/tmp/twistertui-proof.$$.XXXXXX") || return 1
	sh=$root/bin/sh
	# `command -v` would only say "sh" in a shell that is its own toolbox.
	[ -x "$sh" ] || sh=$(IFS=: && for place in $PATH; do [ ! -x "$place/sh" ] || echo "$place/sh"; done | head -n 1)
	mkdir -p "$stage/bin" && cp -L "$sh" "$stage/bin/sh" || return 1
	if command -v ldd >/dev/null 2>&1; then
		ldd "$sh" 2>/dev/null | tr -s ' \t' '\n' | grep '^/' | while read -r library; do
			mkdir -p "$stage${library%/*}" && cp -L "$library" "$stage$library"
		done
	fi
	tar -C "$stage" -c . | docker import - "$1" >/dev/null
}

# What a proof left that was ended by KILL or by the power: its number is of no process any more.
sweep() {
	{
		docker ps -a --filter name=twistertui-proof- --format '{{.Names}}'
		docker images --format '{{.Repository}}:{{.Tag}}' twistertui-proof
	} 2>/dev/null | while read -r left; do
		owner=${left#twistertui-proof[-:]}
		case $owner in
		'' | *[!0-9]*) continue ;;
		esac
		[ ! -d "$root/proc/$owner" ] || continue
		case $left in
		*:*) docker rmi -f "$left" ;;
		*) docker rm -f "$left" ;;
		esac
	done >/dev/null 2>&1
	for left in "$root"/tmp/twistertui-proof.*; do
		owner=${left#*/twistertui-proof.}
		owner=${owner%.*}
		[ ! -d "$left" ] || [ -h "$left" ] || [ -d "$root/proc/$owner" ] || rm -rf "$left"
	done
}

# proof NOFILE: a container really starts; with NOFILE, its limits are that, and its log is limited as configured.
proof() {
	sweep
	image=twistertui-proof:$$
	stage=
	if proof_image "$image"; then
		# shellcheck disable=SC2016 # for the container's shell
		said=$(docker run --name "twistertui-proof-$$" --network none "$image" sh -c \
			'echo "$(ulimit -Sn) $(ulimit -Hn)"' 2>&1)
		status=$?
		logs=$(docker inspect --format '{{json .HostConfig.LogConfig.Config}}' "twistertui-proof-$$" 2>/dev/null)
	else
		said='' status=1 logs=''
	fi
	docker rm -f "twistertui-proof-$$" >/dev/null 2>&1
	docker rmi -f "$image" >/dev/null 2>&1
	[ -z "$stage" ] || rm -rf "$stage"
	if [ "$status" -ne 0 ]; then
		say no-container "$said"
		return 1
	fi
	printf 'container: nofile %s, log %s\n' "$said" "$logs"
	[ -n "$1" ] || return 0
	if [ "$said" != "$1 $1" ]; then
		say other-limit "$said" "$1"
		return 1
	fi
	case $logs in
	*"\"max-size\":\"$max_size\""*) ;;
	*) say log-unlimited "$logs"; return 1 ;;
	esac
	case $logs in
	*"\"max-file\":\"$max_file\""*) ;;
	*) say log-unlimited "$logs"; return 1 ;;
	esac
	fact phase.docker.nofile "${said%% *}"
}

# Keeps the old file and the list of containers; a file that is ours already was kept before.
keep_old() {
	umask 077
	mkdir -p "$keep" && tw_docker_containers >"$keep/docker-config.new" || return 1
	if [ "$1" = 0 ]; then
		rm -f "$keep/daemon.json.none" "$keep/daemon.json.old"
		if [ -f "$file" ]; then
			cp -p "$file" "$keep/daemon.json.old" && cmp -s "$file" "$keep/daemon.json.old" || return 1
		else
			: >"$keep/daemon.json.none" || return 1
		fi
	fi
	mv "$keep/docker-config.new" "$ran" && sync
}

apply() {
	look || return 1
	new=$keep/daemon.json.new
	mkdir -p "$keep" "$root"/etc/docker || return 1
	present | merge "$overlay2" >"$new"
	merged=$?
	if [ "$merged" != 0 ] && [ "$merged" != 3 ]; then
		say unmergeable "${file#"$root"}" "$(cat "$new")"
		return 1
	fi
	if dockerd --help 2>&1 | grep -q -e --validate; then
		dockerd --validate --config-file "$new" || { say invalid; return 1; }
	else
		say no-validate
	fi
	keep_old "$merged" || { say no-backup "${keep#"$root"}"; return 1; }
	if [ "$merged" = 0 ]; then
		put "$new" || return 1
	fi
	restart && bring_back
}

verify() {
	look || return 1
	present | merge "$overlay2" >/dev/null
	if [ $? != 3 ]; then
		say not-so "${file#"$root"}"
		return 1
	fi
	proof "$nofile" && all_back || return 1
	say proved "$nofile" "$max_size" "$max_file"
}

undo() {
	if [ -f "$keep/daemon.json.old" ]; then
		wanted=$keep/daemon.json.old
	elif [ -f "$keep/daemon.json.none" ]; then
		wanted=
	else
		say undo-no-record "${keep#"$root"}"
		return 1
	fi
	if [ -n "$wanted" ] && cmp -s "$wanted" "$file" || { [ -z "$wanted" ] && [ ! -e "$file" ]; }; then
		say undo-nothing "${file#"$root"}"
	elif ! cmp -s "$keep/daemon.json.new" "$file"; then
		say undo-edited "${file#"$root"}" "${keep#"$root"}"
		return 1
	elif [ -n "$wanted" ]; then
		put "$wanted" && restart || return 1
	else
		rm -f "$file" && sync && restart || return 1
	fi
	live=
	tw_docker_answers || restart || return 1
	bring_back
	proof '' && all_back || return 1
	say undone "${file#"$root"}"
}
