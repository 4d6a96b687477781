# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; percent is this step's parameter
# disk-alert: every hour, a warning in syslog for each filesystem that is used over a threshold.
#
# The warning is one line of priority user.warning with the tag disk-alert; the same lines stand in /run/disk-alert for as
# long as it holds, and the console shows them. A systemd timer runs it, with no more around it than env -i would give.

script=$root/usr/local/sbin/disk-alert
service=$root/etc/systemd/system/disk-alert.service
timer=$root/etc/systemd/system/disk-alert.timer
keep=$root/var/backups/twistertui/disk-alert

script_text() {
	# Its tools all lie in one folder of any PATH, so it sets none.
	sed "s/@PERCENT@/$percent/g; s|@ROOT@|$root|g" <<'END'
#!/bin/sh
# Written by twistertui, Phase 0: disk-alert.
# disk-alert [PERCENT [TAG]]: filesystems used over PERCENT (@PERCENT@): a line each in syslog and in @ROOT@/run/disk-alert.
LC_ALL=C
export LC_ALL
percent=${1:-@PERCENT@}
tag=${2:-disk-alert}
state=@ROOT@/run/disk-alert
found=$(df -P -x tmpfs -x devtmpfs -x overlay -x squashfs -x efivarfs -x iso9660 | awk -v limit="$percent" '
	NR > 1 {
		used = $5
		sub(/%/, "", used)
		at = $6
		for (i = 7; i <= NF; i++)
			at = at " " $i
		if (used + 0 > limit + 0)
			printf "ALERT: %s is used %d%%, over %d%% (%.1f GiB free)\n", at, used, limit, $4 / 1048576
	}')
status=0
if [ -n "$found" ]; then
	printf '%s\n' "$found" | logger -p user.warning -t "$tag" || status=$?
fi
[ "$tag" = disk-alert ] || exit "$status"
if [ -n "$found" ]; then
	printf '%s\n' "$found" >"$state.new" && mv "$state.new" "$state"
else
	rm -f "$state"
fi
exit "$status"
END
}

# bare: the one folder that has logger; no other is needed.
bare() {
	(
		IFS=:
		for place in $PATH; do
			[ ! -x "$place/logger" ] || { printf '%s\n' "$place"; break; }
		done
	)
}

service_text() {
	printf '# Written by twistertui, Phase 0: disk-alert\n[Unit]\nDescription=Warn of filesystems used over %s percent\n\n' "$percent"
	printf '[Service]\nType=oneshot\nExecStart=%s\n' "${script#"$root"}"
}

timer_text() {
	printf '# Written by twistertui, Phase 0: disk-alert\n[Unit]\nDescription=Every hour: disk-alert\n\n'
	printf '[Timer]\nOnCalendar=hourly\nAccuracySec=1m\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n'
}

# text FILE: what is to stand in it.
text() {
	case $1 in
	"$script") script_text ;;
	"$service") service_text ;;
	*) timer_text ;;
	esac
}

preflight() {
	for tool in df awk logger systemctl journalctl env diff; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
	for one in "$script" "$service" "$timer"; do
		if [ -h "$one" ] || { [ -e "$one" ] && [ ! -f "$one" ]; }; then
			say not-a-file "${one#"$root"}"
			return 1
		fi
		if [ -f "$one" ] && ! grep -q 'Written by twistertui' "$one"; then
			say others-file "${one#"$root"}"
			return 1
		fi
	done
	for one in "$root"/etc/cron.hourly/*disk*alert*; do
		[ ! -f "$one" ] || say another "${one#"$root"}"
	done
	say now "$(df -P "$root"/ | awk 'NR > 1 { print $5 }')" "$percent"
}

check() {
	for one in "$script" "$service" "$timer"; do
		text "$one" | cmp -s - "$one" || return 1
	done
	[ -x "$script" ] || return 1
	[ "$(systemctl is-enabled disk-alert.timer 2>/dev/null)" = enabled ] || return 1
	[ "$(systemctl is-active disk-alert.timer 2>/dev/null)" = active ] || return 1
	say already "$percent"
}

plan() {
	for one in "$script" "$service" "$timer"; do
		old=$one label=${one#"$root"}
		[ -f "$one" ] || old=/dev/null label=/dev/null
		text "$one" | diff -u -L "$label" -L "${one#"$root"}" "$old" -
	done
	printf '\n$ systemctl daemon-reload\n$ systemctl enable --now disk-alert.timer\n'
	printf '$ systemctl start disk-alert.service\n'
}

apply() {
	(umask 077 && mkdir -p "$keep") || return 1
	for one in "$script" "$service" "$timer"; do
		name=${one##*/}
		# What an earlier run left is kept by its own first run.
		if [ ! -f "$keep/$name.new" ] || ! cmp -s "$keep/$name.new" "$one"; then
			rm -f "$keep/$name"
			[ ! -f "$one" ] || cp -p "$one" "$keep/$name" || return 1
		fi
		text "$one" >"$keep/$name.new" || return 1
		(umask 022 && mkdir -p "${one%/*}" && cat "$keep/$name.new" >"$one.new") || return 1
		[ "$one" != "$script" ] || chmod 755 "$one.new"
		mv "$one.new" "$one" || return 1
	done
	sync
	systemctl daemon-reload && systemctl enable --now disk-alert.timer || return 1
	# A timer that ran already keeps its old hour until it is started anew.
	systemctl restart disk-alert.timer && systemctl start disk-alert.service
}

# logged TAG: the line has come out at the other end, in the journal or in the syslog file.
logged() {
	tries=0
	while [ "$tries" -lt 10 ]; do
		if journalctl -q -b -t "$1" -o cat -n 3 2>/dev/null | grep -q '^ALERT: '; then
			return 0
		fi
		if tail -n 200 "$root"/var/log/syslog 2>/dev/null | grep -q "$1.*: ALERT: "; then
			return 0
		fi
		tries=$((tries + 1))
		sleep 1
	done
	return 1
}

# Not a look at files: with nothing around it, the script must get a line through to syslog; a threshold of 0 makes it
# speak. Then what the timer runs must end well, and its next time must be within the hour.
verify() {
	for one in "$script" "$service" "$timer"; do
		if ! text "$one" | cmp -s - "$one"; then
			say not-so "${one#"$root"}"
			return 1
		fi
	done
	tag=disk-alert-test-$$
	if ! said=$(env -i "PATH=$(bare)" "$script" 0 "$tag" 2>&1); then
		say script-fails "$said"
		return 1
	fi
	if ! logged "$tag"; then
		say not-logged "$tag"
		return 1
	fi
	result=$(systemctl show disk-alert.service -p Result 2>/dev/null)
	if [ "$result" != Result=success ]; then
		say service-fails "${result#Result=}"
		return 1
	fi
	if [ "$(systemctl is-active disk-alert.timer 2>/dev/null)" != active ] ||
		[ "$(systemctl is-enabled disk-alert.timer 2>/dev/null)" != enabled ]; then
		say timer-off
		return 1
	fi
	if ! systemctl show disk-alert.timer -p TimersCalendar 2>/dev/null | grep -q 'OnCalendar=\*-\*-\* \*:00:00 '; then
		say not-hourly
		return 1
	fi
	fact phase.alert.active 1
	fact phase.alert.percent "$percent"
	if [ -s "$root/run/disk-alert" ]; then
		cat "$root/run/disk-alert"
		say alerts-now "$(wc -l <"$root/run/disk-alert" | tr -d ' ')"
	fi
	say proved "$percent"
}

undo() {
	for one in "$script" "$service" "$timer"; do
		name=${one##*/}
		if [ ! -f "$keep/$name.new" ]; then
			say undo-no-record "${keep#"$root"}"
			return 1
		fi
		if [ -f "$one" ] && ! cmp -s "$keep/$name.new" "$one"; then
			say undo-edited "${one#"$root"}"
			return 1
		fi
	done
	[ -f "$keep/disk-alert.timer" ] || systemctl disable --now disk-alert.timer
	for one in "$script" "$service" "$timer"; do
		name=${one##*/}
		if [ -f "$keep/$name" ]; then
			cp -p "$keep/$name" "$one.new" && mv "$one.new" "$one" || return 1
		else
			rm -f "$one"
		fi
	done
	rm -f "$root/run/disk-alert"
	sync
	systemctl daemon-reload || return 1
	[ ! -f "$keep/disk-alert.timer" ] || systemctl restart disk-alert.timer || return 1
	say undone
}
