# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; empty, delete: parameters
# clean-logs: logs that are written to are emptied where they are, old rotated ones are deleted.
#
# A file that a process holds open is never deleted: its space would only come free when that process ends. It is
# emptied instead, and so is one that somebody deleted while it was open: through the descriptor, /proc/PID/fd/N.

logs=$root/var/log
proc=$root/proc
keep=$root/var/backups/twistertui
small=1048576 # bytes: what is not larger counts as empty, its writer goes on

# held: "PID FD PATH" of what processes hold open below /var/log; PATH ends in " (deleted)" when it has no name any more.
held() {
	# shellcheck disable=SC2012 # numbers and paths are taken out of it; busybox' find prints no links
	ls -l "$proc"/[0-9]*/fd 2>/dev/null | awk -v proc="$proc/" -v logs="$logs/" -v cut="${#root}" '
		/^\/.*:$/ { pid = substr($0, length(proc) + 1); sub(/\/.*/, "", pid); next }
		(at = index($0, " -> ")) {
			path = substr($0, at + 4)
			head = substr($0, 1, at - 1)
			sub(/.* /, "", head)
			if (index(path, logs) == 1 && pid ~ /^[0-9]+$/ && head ~ /^[0-9]+$/)
				print pid, head, substr(path, cut + 1)
		}'
}

# holders PATH: names of the processes that hold it open, such as "rsyslogd".
holders() {
	printf '%s\n' "$open" | while read -r pid _ path; do
		[ "$path" != "$1" ] || sed 's/[^A-Za-z0-9._:/@-]/_/g;1q' "$proc/$pid/comm" 2>/dev/null ||
			printf '%s\n' "$pid"
	done | sort -u | tr '\n' ' ' | sed 's/ $//'
}

is_open() {
	case "
$open
" in
	*" $1
"*) return 0 ;;
	esac
	return 1
}

# files: "SIZE PATH" of plain files below /var/log whose names hold nothing odd; the journal has a step of its own.
files() {
	find "$logs" -name journal -prune -o -type f -print 2>/dev/null | grep -v "[^A-Za-z0-9._:/@-]" |
		while IFS= read -r one; do
			size=$(stat -c %s "$one" 2>/dev/null) && printf '%s %s\n' "$size" "${one#"$root"}"
		done
}

# What rotation leaves behind: kern.log.1, syslog.2.gz, dpkg.log-20260204, …
rotated() {
	awk '{
		name = $2
		sub(/\.(gz|xz|zst|bz2)$/, "", name)
		if (name ~ /\.[0-9][0-9]?[0-9]?$/ || name ~ /-20[0-9][0-9][01][0-9][0-3][0-9][0-9]*$/)
			print
	}'
}

# look: $open (what is held), $list (all files), $old (rotated ones that nobody holds open).
look() {
	open=$(held)
	list=$(files | sort -k 2)
	old=$(printf '%s\n' "$list" | rotated | while read -r size path; do
		is_open "$path" || printf '%s %s\n' "$size" "$path"
	done)
}

total() {
	awk '{ n += $1 } END { printf "%.0f", n }'
}

# size PATH: of a log, or of what /proc/PID/fd/N leads to; nothing when it is not there.
size() {
	case $root$1 in
	"$proc"/*) stat -L -c %s "$root$1" 2>/dev/null ;;
	*) [ ! -f "$root$1" ] || stat -c %s "$root$1" ;;
	esac
}

# doomed: "SIZE PATH" of what is to be deleted: "rotated" stands for all of them.
doomed() {
	for one in $delete; do
		if [ "$one" = rotated ]; then
			printf '%s\n' "$old"
		else
			printf '%s\n' "$list" | awk -v path="$one" '$2 == path'
		fi
	done | sed '/^$/d' | sort -u -k 2
}

choices() {
	look
	case $1 in
	empty)
		printf '%s\n' "$list" | sort -rn | head -n 40 | while read -r size path; do
			[ "$size" -gt "$small" ] || continue
			[ -z "$(printf '%s %s\n' "$size" "$path" | rotated)" ] || continue
			who=$(holders "$path")
			case " $empty " in *" $path "*) on=1 ;; *) on=0 ;; esac
			choice "$path" "$(human "$size") ${path#/var/log/}${who:+ <- $who}" "$on"
		done
		printf '%s\n' "$open" | sed -n 's/ (deleted)$//p' | while read -r pid fd path; do
			size=$(size "${proc#"$root"}/$pid/fd/$fd") || continue
			[ "$size" -gt "$small" ] || continue
			choice "${proc#"$root"}/$pid/fd/$fd" "$(human "$size") ${path#/var/log/} (deleted) <- $(holders \
				"$path (deleted)")" 0
		done
		;;
	delete)
		choice rotated "$(human "$(printf '%s\n' "$old" | total)") rotated ($(printf '%s\n' "$old" |
			grep -c .))" 1
		printf '%s\n' "$old" | sort -rn | head -n 200 | while read -r size path; do
			choice "$path" "$(human "$size") ${path#/var/log/}" 0
		done
		;;
	esac
}

# may_empty PATH: a plain log of /var/log, not the journal, not a compressed one; or a deleted one that is held open.
may_empty() {
	case $root$1 in
	*/../* | */./* | *//* | "$logs"/journal/* | *.gz | *.xz | *.zst | *.bz2)
		say not-a-log "$1"
		return 1
		;;
	"$logs"/?*)
		if [ ! -e "$root$1" ]; then
			say no-file "$1"
			return 1
		fi
		real=$(readlink -f "$root$1")
		if [ -h "$root$1" ] || [ ! -f "$root$1" ] || [ "$real" != "$(readlink -f "$logs")${1#/var/log}" ]; then
			say not-a-log "$1"
			return 1
		fi
		;;
	"$proc"/*[0-9]/fd/[0-9]*)
		pid=${1#/proc/}
		pid=${pid%%/*}
		fd=${1##*/}
		if ! printf '%s\n' "$open" | grep -q "^$pid $fd ${logs#"$root"}/.* (deleted)\$"; then
			say not-held "$1"
			return 1
		fi
		;;
	*)
		say not-a-log "$1"
		return 1
		;;
	esac
}

may_delete() {
	[ "$1" != rotated ] || return 0
	if is_open "$1"; then
		say still-open "$1" "$(holders "$1")"
		return 1
	fi
	if ! printf '%s\n' "$old" | grep -q " $1\$"; then
		# One that is gone is what was wanted.
		[ -e "$root$1" ] || return 0
		say not-rotated "$1"
		return 1
	fi
}

preflight() {
	for tool in find stat readlink ls awk sort grep sed truncate; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
	if [ -z "$empty$delete" ]; then
		say nothing-chosen
		return 1
	fi
	look
	for one in $empty; do
		may_empty "$one" || return 1
	done
	for one in $delete; do
		may_delete "$one" || return 1
	done
	say all-logs "$(human "$(printf '%s\n' "$list" | total)")"
	printf '%s\n' "$list" | sort -rn | head -n 8 | while read -r size path; do
		[ "$size" -gt "$small" ] || continue
		who=$(holders "$path")
		if [ -n "$who" ]; then
			say large-held "$(human "$size")" "$path" "$who"
		else
			say large "$(human "$size")" "$path"
		fi
	done
}

check() {
	look
	for one in $empty; do
		size=$(size "$one")
		[ "${size:-0}" -le "$small" ] || return 1
	done
	[ -z "$(doomed)" ] || return 1
	say already
}

# A log that is written to grows while one looks: its size is told, it is no part of the plan.
plan() {
	look
	for one in $empty; do
		size=$(size "$one")
		[ "${size:-0}" -gt "$small" ] || continue
		printf '$ truncate -s 0 %s\n' "$one"
		case $root$one in
		"$proc"/*) who=$(printf '%s\n' "$open" | awk -v p="${one#/proc/}" '
			BEGIN { split(p, at, "/") }
			$1 == at[1] && $2 == at[3] { print substr($0, length($1 $2) + 3) }') ;;
		*) who=$(holders "$one") ;;
		esac
		[ -z "$who" ] || printf '    <- %s\n' "$who"
		say empties "$one" "$(human "$size")"
	done
	doomed | while read -r size path; do
		printf '$ rm %s    # %s bytes\n' "$path" "$size"
	done
	say deletes "$(doomed | grep -c .)" "$(human "$(doomed | total)")"
	say lost
}

apply() {
	look
	umask 077
	mkdir -p "$keep" || return 1
	for one in $empty; do
		may_empty "$one" || return 1
		size=$(size "$one")
		[ "${size:-0}" -gt "$small" ] || continue
		printf '%s %s %s\n' "$size" "$(stat -L -c %i "$root$one")" "$one"
	done >"$keep/clean-logs.before" || return 1
	fact phase.logs.before "$(printf '%s\n' "$list" | total)"
	while read -r _ _ one; do
		truncate -s 0 "$root$one" || return 1
		printf 'emptied %s\n' "$one"
	done <"$keep/clean-logs.before"
	doomed | while read -r _ path; do
		is_open "$path" || { rm -f "$root$path" && printf 'deleted %s\n' "$path"; }
	done
}

# Smaller than it was, and still the same file: a writer that opened it without O_APPEND would go on at its old place
# and leave a hole; what counts then is what it takes on the disk.
verify() {
	if [ -r "$keep/clean-logs.before" ]; then
		while read -r before inode path; do
			case " $empty " in *" $path "*) ;; *) continue ;; esac
			now=$(size "$path")
			[ -n "$now" ] || continue
			taken=$(stat -L -c '%b %B' "$root$path" | awk '{ printf "%.0f", $1 * $2 }')
			if [ "$now" -ge "$before" ] && [ "$now" -gt "$small" ] && [ "$taken" -gt "$small" ]; then
				say not-emptied "$path" "$(human "$now")" "$(human "$before")"
				return 1
			fi
			if [ "$(stat -L -c %i "$root$path")" != "$inode" ]; then
				say replaced "$path"
				return 1
			fi
			if [ "$now" -ge "$before" ] && [ "$now" -gt "$small" ]; then
				say hole "$path" "$(holders "$path")"
			fi
		done <"$keep/clean-logs.before" || return 1
	fi
	look
	if [ -n "$(doomed)" ]; then
		say not-deleted "$(doomed | head -n 1 | cut -d ' ' -f 2)"
		return 1
	fi
	left=$(printf '%s\n' "$list" | total)
	fact phase.logs.after "$left"
	say after "$(human "$left")"
	df -h "$root"/
}
