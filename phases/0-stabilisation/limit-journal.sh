# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; vacuum, limit, days: parameters
# limit-journal: the journal is cut down now, and kept small from now on.
#
# --vacuum-size alone touches archived files only, so --rotate goes with it. MaxRetentionSec alone does little, too: a
# file goes when all in it is that old, and one file may span a month; MaxFileSec=1day makes days of them.

dropin=$root/etc/systemd/journald.conf.d/90-twistertui.conf
keep=$root/var/backups/twistertui
journal=$root/var/log/journal

settings() {
	printf '# Written by twistertui, Phase 0: limit-journal\n[Journal]\nSystemMaxUse=%s\n' "$limit"
	printf 'MaxRetentionSec=%sday\nMaxFileSec=1day\n' "$days"
}

# taken [archived]: bytes of the journal's files, or of those that nobody writes to any more (their names hold an @).
taken() {
	for one in "$journal"/*/*.journal "$journal"/*/*.journal~; do
		case $one in
		*@* | *~) ;;
		*) [ "${1-}" != archived ] || continue ;;
		esac
		[ ! -f "$one" ] || stat -c %s "$one"
	done | awk '{ n += $1 } END { printf "%.0f", n }'
}

# A file that is read after ours (journald takes them by name, wherever they lie) and says something else wins.
overruled() {
	for place in etc run usr/local/lib usr/lib lib; do
		for one in "$root/$place"/systemd/journald.conf.d/*.conf; do
			[ -f "$one" ] || continue
			expr "${one##*/}" '>' "${dropin##*/}" >/dev/null || continue
			if grep -q '^[[:space:]]*\(SystemMaxUse\|MaxRetentionSec\|MaxFileSec\)[[:space:]]*=' "$one"; then
				printf '%s\n' "${one#"$root"}"
				return 0
			fi
		done
	done
	return 1
}

preflight() {
	for tool in journalctl systemctl awk grep stat diff expr; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
	if [ ! -d "$journal" ]; then
		say volatile "${journal#"$root"}"
		return 1
	fi
	if other=$(overruled); then
		say overruled "$other" "${dropin#"$root"}"
		return 1
	fi
	if [ -e "$dropin" ] && { [ -h "$dropin" ] || [ ! -f "$dropin" ]; }; then
		say not-a-file "${dropin#"$root"}"
		return 1
	fi
	if [ "$(tw_bytes "$vacuum")" -gt "$(tw_bytes "$limit")" ]; then
		say vacuum-over-limit "$vacuum" "$limit"
		return 1
	fi
	used=$(taken)
	say now "$(human "$used")" "$(human "$(taken archived)")"
}

check() {
	settings | cmp -s - "$dropin" || return 1
	used=$(taken)
	[ "$used" -le "$(tw_bytes "$limit")" ] || return 1
	say already "$(human "$used")" "$limit" "$days"
}

plan() {
	name=${dropin#"$root"}
	if [ -f "$dropin" ]; then
		settings | diff -u -L "$name" -L "$name" "$dropin" -
	else
		settings | diff -u -L /dev/null -L "$name" /dev/null -
	fi
	printf '\n$ systemctl restart systemd-journald\n'
	printf '$ journalctl --rotate --vacuum-size=%s --vacuum-time=%sd\n' "$vacuum" "$days"
	say lost "$vacuum" "$days"
}

# What stood there before is kept once: a file that is ours already was kept then.
keep_old() {
	umask 077
	mkdir -p "$keep" || return 1
	if [ -f "$keep/limit-journal.new" ] && cmp -s "$keep/limit-journal.new" "$dropin"; then
		return 0
	fi
	rm -f "$keep/limit-journal.old" "$keep/limit-journal.none"
	if [ -f "$dropin" ]; then
		cp -p "$dropin" "$keep/limit-journal.old"
	else
		# undo takes the folder away, too, when it was not there.
		if [ -d "${dropin%/*}" ]; then echo file; else echo folder; fi >"$keep/limit-journal.none"
	fi
}

apply() {
	say now "$(human "$(taken)")" "$(human "$(taken archived)")"
	if ! keep_old || ! settings >"$keep/limit-journal.new"; then
		say no-backup "${keep#"$root"}"
		return 1
	fi
	(umask 022 && mkdir -p "${dropin%/*}" && settings >"$dropin.new") && mv "$dropin.new" "$dropin" || return 1
	sync
	systemctl restart systemd-journald || return 1
	journalctl --rotate --vacuum-size="$vacuum" --vacuum-time="${days}d"
}

# What the running journald itself says its limit is: it writes that down, in bytes, when it opens the journal. It does
# so a moment after it was restarted.
effective() {
	tries=0
	while [ "$tries" -lt 10 ]; do
		max=$(journalctl -q -b -n 1 -o export MESSAGE_ID=ec387f577b844b8fa948f33cad9a75e6 \
			JOURNAL_NAME='System Journal' 2>/dev/null | sed -n 's/^MAX_USE=//p')
		[ "$max" != "$(tw_bytes "$limit")" ] || break
		tries=$((tries + 1))
		sleep 1
	done
	printf '%s\n' "$max"
}

verify() {
	if ! settings | cmp -s - "$dropin"; then
		say not-so "${dropin#"$root"}"
		return 1
	fi
	if [ "$(systemctl is-active systemd-journald 2>/dev/null)" != active ]; then
		say not-running
		return 1
	fi
	max=$(effective)
	case $max in
	'' | *[!0-9]*)
		say not-told
		return 1
		;;
	esac
	if [ "$max" != "$(tw_bytes "$limit")" ]; then
		say other-limit "$(human "$max")" "$limit"
		return 1
	fi
	journalctl --disk-usage
	used=$(taken)
	archived=$(taken archived)
	if [ "$used" -gt "$(tw_bytes "$vacuum")" ] && [ "$archived" -gt 0 ]; then
		say not-vacuumed "$(human "$used")" "$(human "$archived")" "$vacuum"
		return 1
	fi
	fact phase.journal.used "$used"
	fact phase.journal.limit "$max"
	say after "$(human "$used")" "$(human "$max")" "$days"
}

undo() {
	if [ -f "$dropin" ] && [ -f "$keep/limit-journal.new" ] && ! cmp -s "$keep/limit-journal.new" "$dropin"; then
		say undo-edited "${dropin#"$root"}"
		return 1
	fi
	if [ -f "$keep/limit-journal.old" ]; then
		cp -p "$keep/limit-journal.old" "$dropin.new" && mv "$dropin.new" "$dropin" || return 1
	elif [ -f "$keep/limit-journal.none" ]; then
		rm -f "$dropin"
		! grep -qx folder "$keep/limit-journal.none" || rmdir "${dropin%/*}" 2>/dev/null
	else
		say undo-no-record "${keep#"$root"}"
		return 1
	fi
	sync
	systemctl restart systemd-journald || return 1
	say undone "${dropin#"$root"}"
}
