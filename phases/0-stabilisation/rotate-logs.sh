# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; logs, maxsize, count: parameters
# rotate-logs: each of the chosen logs is rotated by one rule, often enough.
#
# logrotate reads its rules in the order of their names and leaves out a whole file that names a log a second time
# ("duplicate log entry"), so a rule of our own beside Ubuntu's would not take effect: the rule that is there is changed,
# every byte around it stays. maxsize is looked at when logrotate runs, so it has to run every hour, not once a day.

conf=$root/etc/logrotate.conf
rules=$root/etc/logrotate.d
ours=twistertui
timer=$root/etc/systemd/system/logrotate.timer.d/twistertui.conf
keep=$root/var/backups/twistertui/rotate-logs

bytes() {
	awk -v s="$1" 'BEGIN {
		for (unit = index("kMG", substr(s, length(s))); unit > 0; unit--)
			f = (f ? f : 1) * 1024
		printf "%.0f", (s + 0) * (f ? f : 1)
	}'
}

hourly() {
	printf '# Written by twistertui, Phase 0: rotate-logs\n[Timer]\nOnCalendar=\nOnCalendar=hourly\n'
	printf 'AccuracySec=1m\nRandomizedDelaySec=0\n'
}

# patterns FILE...: "NAME<tab>PATTERN" of each block of the rules' files; scripts inside are skipped.
patterns() {
	awk '
		FNR == 1 { script = inside = pending = 0; name = FILENAME; sub(/.*\//, "", name) }
		script { if ($1 == "endscript") script = 0; next }
		inside && $1 ~ /^(pre|post)rotate$|^(first|last)action$|^preremove$/ { script = 1; next }
		inside { if ($1 ~ /^}/) inside = 0; next }
		{ sub(/#.*/, "") }
		/^[ \t]*("?\/)/ || pending {
			line = $0
			if (line ~ /\{/) { inside = line !~ /\}/; sub(/\{.*/, "", line) }
			n = split(line, word, /[ \t"]+/)
			for (i = 1; i <= n; i++)
				if (word[i] ~ /^\//)
					print name "\t" word[i]
			pending = !inside
		}
		/^[ \t]*\{/ && !inside { inside = 1; pending = 0 }' "$@"
}

# Names of the rules' files as logrotate takes them.
names() {
	for one in "$rules"/*; do
		case $one in
		*~ | *.bak | *.dpkg-* | *.ucf-* | *.disabled | *.rpm* | *.swp | *,v | *.new | *.old | *.orig | */\*) ;;
		*) [ ! -f "$one" ] || printf '%s\n' "${one##*/}" ;;
		esac
	done
}

# A pattern of logrotate's as an expression; * and ? do not go over a slash.
glob_awk='
	function glob(p) {
		gsub(/[.+(){}|^$\\]/, "\\\\&", p)
		gsub(/\*/, "[^/]*", p)
		gsub(/\?/, "[^/]", p)
		return "^" p "$"
	}'

# owners: reads paths, prints "PATH<tab>NAME" for each and each of the rules' files that has it, in logrotate's order. All
# at once: a server has dozens of logs and of rules, and a process for each with each would be thousands.
owners() {
	{
		names | {
			set --
			while read -r name; do set -- "$@" "$rules/$name"; done
			[ $# = 0 ] || patterns "$@"
		}
		echo
		cat
	} | awk "$glob_awk"'
		BEGIN { FS = "\t" }
		!paths && $0 == "" { paths = 1; next }
		!paths { name[++n] = $1; expression[n] = glob($2); next }
		{
			split("", said)
			for (i = 1; i <= n; i++)
				if (!said[name[i]] && $0 ~ expression[i]) {
					said[name[i]] = 1
					print $0 "\t" name[i]
				}
		}'
}

# Whether a rule is about nothing but the chosen logs, such as the documents' kern-aggressive.
only_chosen() {
	patterns "$rules/$1" | awk -v logs=" $logs " -F '\t' 'index(logs, " " $2 " ") == 0 { other = 1 } END { exit other }'
}

# $edit: files with a rule for a chosen log; $retire: those that name one a second time; $orphans: logs without a rule;
# $clash: "LOG FILE FILE" that cannot be settled by itself.
look() {
	edit='' retire='' orphans='' clash=''
	# shellcheck disable=SC2086 # paths without blanks
	owners=$(printf '%s\n' $logs | owners)
	for log in $logs; do
		all=$(printf '%s\n' "$owners" | awk -v log_="$log" -F '\t' '$1 == log_ { print $2 }')
		first=$(printf '%s\n' "$all" | awk 'NR == 1 { first = $0 } $0 == "rsyslog" { first = $0 } END { print first }')
		if [ -z "$first" ]; then
			orphans="$orphans $log"
			continue
		fi
		case " $edit " in *" $first "*) ;; *) edit="$edit $first" ;; esac
		for name in $all; do
			[ "$name" != "$first" ] || continue
			if only_chosen "$name"; then
				case " $retire " in *" $name "*) ;; *) retire="$retire $name" ;; esac
			else
				clash="$log $first $name"
			fi
		done
	done
}

# merge FILE: the file with our settings in each block that names a chosen log; all other bytes as they are.
merge() {
	awk -v logs="$logs" -v maxsize="$maxsize" -v count="$count" "$glob_awk"'
		function wanted(line,   n, i, j, word) {
			sub(/#.*/, "", line)
			sub(/\{.*/, "", line)
			n = split(line, word, /[ \t"]+/)
			for (i = 1; i <= n; i++)
				for (j = 1; j <= nlogs; j++)
					if (word[i] ~ /^\// && log_[j] ~ glob(word[i]))
						return 1
			return 0
		}
		function flush_block(   i, word, have, out, indent, key, script, done) {
			indent = "\t"
			for (i = open_ + 1; i < n; i++)
				if (match(block[i], /^[ \t]+/) && block[i] ~ /[^ \t]/) {
					indent = substr(block[i], 1, RLENGTH)
					break
				}
			for (i = 1; i <= n; i++) {
				split(block[i], word, /[ \t]+/)
				key = word[1] == "" ? word[2] : word[1]
				if (i > open_ && i < n && mine && !script) {
					if (key ~ /^(hourly|daily|weekly|monthly|yearly)$/) {
						if (done["daily"]++) continue
						block[i] = indent "daily"
					} else if (key == "rotate") {
						if (done["rotate"]++) continue
						block[i] = indent "rotate " count
					} else if (key ~ /^(maxsize|minsize|size)$/ || block[i] ~ /^[ \t]*size[ \t=]/) {
						if (done["maxsize"]++) continue
						block[i] = indent "maxsize " maxsize
					} else if (key ~ /^(no)?compress$/) {
						if (done["compress"]++) continue
						block[i] = indent "compress"
					}
				}
				if (key ~ /^(pre|post)rotate$|^(first|last)action$|^preremove$/) script = 1
				if (key == "endscript") script = 0
				keep[i] = 1
			}
			for (i = 1; i <= n; i++) {
				if (keep[i])
					print block[i]
				if (i == open_ && mine) {
					if (!("daily" in done)) print indent "daily"
					if (!("rotate" in done)) print indent "rotate " count
					if (!("maxsize" in done)) print indent "maxsize " maxsize
					if (!("compress" in done)) print indent "compress"
				}
			}
			split("", keep)
			n = open_ = mine = inside = script_ = 0
		}
		BEGIN { nlogs = split(logs, log_, " ") }
		!inside && !n && !/^[ \t]*"?\// { print; next }
		{
			block[++n] = $0
			if (!inside) {
				if (wanted($0)) mine = 1
				if ($0 ~ /\{/) { inside = 1; open_ = n }
				next
			}
			if ($1 ~ /^(pre|post)rotate$|^(first|last)action$|^preremove$/) script_ = 1
			if ($1 == "endscript") script_ = 0
			if (!script_ && $1 ~ /^}/) flush_block()
		}
		END { for (i = 1; i <= n; i++) print block[i] }' "$1"
}

# A rule for logs that have none. Who writes them is not known here, so nobody is told to open a new file.
own_rule() {
	printf '# Written by twistertui, Phase 0: rotate-logs\n'
	for log in $orphans; do printf '%s\n' "$log"; done
	printf '{\n\tdaily\n\trotate %s\n\tmaxsize %s\n\tcompress\n\tdelaycompress\n\tmissingok\n\tnotifempty\n' "$count" "$maxsize"
	printf '\tcopytruncate\n}\n'
}

# stage: in $stage, all rules as they would be. The caller removes it.
stage() {
	look
	stage=$(mktemp -d "$root"/tmp/twistertui.XXXXXX) || return 1
	mkdir "$stage/d" || return 1
	names | {
		set --
		while read -r name; do
			case " $retire " in *" $name "*) ;; *) set -- "$@" "$rules/$name" ;; esac
		done
		[ $# = 0 ] || cp -p "$@" "$stage/d"
	} || return 1
	for name in $edit; do
		merge "$rules/$name" >"$stage/d/$name" || return 1
	done
	if [ -n "$orphans" ]; then
		own_rule >"$stage/d/$ours"
		chmod 644 "$stage/d/$ours"
	fi
	sed "s|^[[:space:]]*include[[:space:]].*/logrotate\.d/*[[:space:]]*\$|include $stage/d|" "$conf" >"$stage/conf"
	chmod 644 "$stage/conf"
}

# complaints CONF: what logrotate itself finds wrong; -d does nothing but read.
complaints() {
	logrotate -d -s "${stage:-$keep}/status" "$1" 2>&1 | grep -E '^error:|duplicate log entry' | head -n 3
}

tools() {
	for tool in logrotate systemctl awk sed grep diff mktemp stat df; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
}

# What is compressed next needs room beside itself, and so does what is copied.
room() {
	need=0
	for log in $logs; do
		if [ -f "$root$log.1" ]; then
			size=$(stat -c %s "$root$log.1")
			[ "$size" -le "$need" ] || { need=$size && large=$log.1; }
		fi
		case " $orphans " in
		*" $log "*)
			size=$(stat -c %s "$root$log" 2>/dev/null) || continue
			[ "$size" -le "$need" ] || { need=$size && large=$log; }
			;;
		esac
	done
	free=$(df -P -B1 "$root"/var/log | awk 'NR > 1 { n = $4 } END { printf "%.0f", n }')
	if [ "$free" -lt "$need" ]; then
		say no-space "$large" "$(human "$need")" "$(human "$free")"
		return 1
	fi
}

preflight() {
	tools || return 1
	if [ -z "$logs" ]; then
		say nothing-chosen
		return 1
	fi
	for log in $logs; do
		case $root$log in
		*/../* | *.gz | "$root"/var/log/journal/*) say not-a-log "$log"; return 1 ;;
		"$root"/var/log/?*) ;;
		*) say not-a-log "$log"; return 1 ;;
		esac
	done
	if [ ! -f "$conf" ] || ! grep -q '^[[:space:]]*include[[:space:]].*/logrotate\.d/*[[:space:]]*$' "$conf"; then
		say no-include "${conf#"$root"}"
		return 1
	fi
	state=$(systemctl show logrotate.timer -p LoadState 2>/dev/null)
	if [ "$state" != LoadState=loaded ]; then
		say no-timer "${state#LoadState=}"
		return 1
	fi
	stage || return 1
	wrong=$(complaints "$stage/conf" | sed "s|$stage/d|${rules#"$root"}|g")
	rm -rf "$stage"
	if [ -n "$clash" ]; then
		# shellcheck disable=SC2086 # three words
		say two-owners $clash
		return 1
	fi
	if [ -n "$wrong" ]; then
		say still-wrong "$(printf '%s\n' "$wrong" | head -n 1)"
		return 1
	fi
	room || return 1
	for log in $logs; do
		[ -e "$root$log" ] || say not-there "$log"
	done
	stage=
	wrong=$(complaints "$conf" | grep duplicate | head -n 1)
	[ -z "$wrong" ] || say duplicate "$wrong"
}

check() {
	stage || return 1
	same=yes
	[ -z "$retire$orphans$clash" ] || same=
	for name in $edit; do
		cmp -s "$stage/d/$name" "$rules/$name" || same=
	done
	rm -rf "$stage"
	hourly | cmp -s - "$timer" || same=
	[ "$(systemctl is-active logrotate.timer 2>/dev/null)" = active ] || same=
	[ -n "$same" ] || return 1
	say already "$maxsize" "$count"
}

# differ OLD NEW NAME
differ() {
	old=$1 label=$3
	[ -f "$1" ] || old=/dev/null label=/dev/null
	diff -u -L "$label" -L "$([ "$2" = /dev/null ] && echo /dev/null || echo "$3")" "$old" "$2"
}

plan() {
	stage || return 1
	for name in $edit $ours; do
		[ ! -f "$stage/d/$name" ] || differ "$rules/$name" "$stage/d/$name" "${rules#"$root"}/$name"
	done
	for name in $retire; do
		differ "$rules/$name" /dev/null "${rules#"$root"}/$name"
		say retires "${rules#"$root"}/$name" "${keep#"$root"}"
	done
	hourly >"$stage/timer"
	differ "$timer" "$stage/timer" "${timer#"$root"}"
	rm -rf "$stage"
	printf '\n$ systemctl daemon-reload\n$ systemctl restart logrotate.timer\n$ systemctl start logrotate.service\n'
}

# put FROM TO: by rename, with the old one's owner and mode. The name begins with a dot: logrotate does not read it.
put() {
	aside=${2%/*}/.twistertui.new
	rm -f "$aside"
	if [ -f "$2" ]; then
		cp -p "$2" "$aside"
	else
		(umask 022 && : >"$aside")
	fi
	cat "$1" >"$aside" && cmp -s "$1" "$aside" && mv "$aside" "$2"
}

# What undo goes by: an index, and the files before and after. Rules that are ours already were kept the first time.
keep_old() {
	umask 077
	mkdir -p "$keep/old" "$keep/new" || return 1
	for name in $edit $retire $ours; do
		[ -f "$stage/d/$name" ] || [ -f "$rules/$name" ] || continue
		if [ -f "$keep/new/$name" ] && cmp -s "$keep/new/$name" "$rules/$name"; then
			: # as we left it
		elif [ -f "$rules/$name" ]; then
			cp -p "$rules/$name" "$keep/old/$name" || return 1
		else
			rm -f "$keep/old/$name"
		fi
		if [ -f "$stage/d/$name" ]; then
			cp -p "$stage/d/$name" "$keep/new/$name" || return 1
		else
			rm -f "$keep/new/$name"
		fi
		grep -qx "$name" "$keep/index" 2>/dev/null || printf '%s\n' "$name" >>"$keep/index"
	done
	sync
}

apply() {
	stage || return 1
	if [ -n "$(complaints "$stage/conf")" ]; then
		rm -rf "$stage"
		return 1
	fi
	if ! keep_old; then
		rm -rf "$stage"
		say no-backup "${keep#"$root"}"
		return 1
	fi
	for name in $edit $ours; do
		[ ! -f "$stage/d/$name" ] || put "$stage/d/$name" "$rules/$name" || return 1
	done
	for name in $retire; do
		rm -f "$rules/$name" && printf 'retired %s\n' "$name"
	done
	rm -rf "$stage"
	(umask 022 && mkdir -p "${timer%/*}" && hourly >"$timer") || return 1
	sync
	systemctl daemon-reload && systemctl restart logrotate.timer || return 1
	systemctl start logrotate.service
}

# logrotate's own reading of the rules: for each log, how often, how many, how large.
reading() {
	mkdir -p "$keep"
	logrotate -d -s "$keep/status" "$conf" 2>&1 | awk '
		/^rotating pattern:/ { rotations = size = "" }
		match($0, /\([0-9]+ rotations\)/) { rotations = substr($0, RSTART + 1, RLENGTH - 2); sub(/ .*/, "", rotations) }
		match($0, />= [0-9]+ are rotated earlier/) { size = substr($0, RSTART + 3, RLENGTH - 3); sub(/ .*/, "", size) }
		/^considering log / { print $3, rotations, size }'
}

verify() {
	stage=
	wrong=$(complaints "$conf" | head -n 1)
	if [ -n "$wrong" ]; then
		say still-wrong "$wrong"
		return 1
	fi
	read_as=$(reading)
	for log in $logs; do
		[ -e "$root$log" ] || continue
		line=$(printf '%s\n' "$read_as" | awk -v log_="$root$log" -v plain="$log" '$1 == log_ || $1 == plain')
		if [ "${line#* }" != "$count $(bytes "$maxsize")" ]; then
			say not-so "$log" "${line:-?}"
			return 1
		fi
	done
	if [ "$(systemctl is-active logrotate.timer 2>/dev/null)" != active ]; then
		say timer-off
		return 1
	fi
	calendar=$(systemctl show logrotate.timer -p TimersCalendar 2>/dev/null | grep -c 'OnCalendar=\*-\*-\* \*:00:00 ')
	if [ "$calendar" != 1 ]; then
		say not-hourly
		return 1
	fi
	result=$(systemctl show logrotate.service -p Result 2>/dev/null)
	if [ "$result" != Result=success ]; then
		say run-failed "${result#Result=}"
		journalctl -u logrotate.service -n 5 --no-pager -o cat 2>/dev/null
		return 1
	fi
	fact phase.rotation.active 1
	fact phase.rotation.maxsize "$(bytes "$maxsize")"
	fact phase.rotation.period 3600
	say proved "$(printf '%s\n' "$logs" | wc -w | tr -d ' ')" "$maxsize" "$count"
}

undo() {
	if [ ! -f "$keep/index" ]; then
		say undo-no-record "${keep#"$root"}"
		return 1
	fi
	while read -r name; do
		if [ -f "$rules/$name" ] && ! cmp -s "$keep/new/$name" "$rules/$name" && ! cmp -s "$keep/old/$name" "$rules/$name"; then
			say undo-edited "${rules#"$root"}/$name" "${keep#"$root"}"
			return 1
		fi
	done <"$keep/index"
	while read -r name; do
		if [ -f "$keep/old/$name" ]; then
			cp -p "$keep/old/$name" "$rules/.twistertui.new" && mv "$rules/.twistertui.new" "$rules/$name" || return 1
		else
			rm -f "$rules/$name"
		fi
	done <"$keep/index"
	rm -f "$timer" "$keep/index"
	rmdir "${timer%/*}" 2>/dev/null
	sync
	systemctl daemon-reload && systemctl restart logrotate.timer || return 1
	say undone
}

choices() {
	place=$root/var/log
	list=$(cd "$place" && find . -name journal -prune -o -type f \( -name '*.log' -o -name syslog \) \
		! -path '*[!A-Za-z0-9._:/@-]*' -exec stat -c '%s %n' {} + 2>/dev/null |
		sed "s| \./| ${place#"$root"}/|" | sort -rn | head -n 60)
	{
		printf '%s\n' "$list" | cut -d ' ' -f 2 | owners
		echo
		printf '%s\n' "$list"
	} | awk -F '\t' '
		!sizes && $0 == "" { sizes = 1; next }
		!sizes { names[$1] = names[$1] (names[$1] == "" ? "" : " ") $2; next }
		{ path = $0; sub(/^[0-9]+ /, "", path); print $0, names[path] }' |
		while read -r size path names; do
			case " $logs " in *" $path "*) on=1 ;; *) on=0 ;; esac
			[ -z "$path" ] || choice "$path" "$(human "$size") ${path#/var/log/} ($names)" "$on"
		done
}
