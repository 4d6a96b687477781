# units.sh: services and timers whose files stand in etc/systemd/system; for systemctl. Sourced after demo.sh.
# shellcheck shell=sh disable=SC2154
#
# A service is started as systemd does it: with none of the caller's environment, its output into the journal. Timers are
# kept and listed; nothing runs by itself.
unit_dir=$root/etc/systemd/system

# unit_key FILE KEY: the value of its last line KEY=VALUE.
unit_key() {
	sed -n "s/^$2=//p" "$1" 2>/dev/null | tail -n 1
}

# unit_next TIMER-FILE: when it comes next, in seconds since 1970; nothing when its OnCalendar is not understood.
# "hourly", "daily", "HH:MM[:SS]" and "*-*-* HH:MM[:SS]" are.
unit_next() {
	unit_now=$(date +%s)
	unit_when=$(unit_key "$1" OnCalendar)
	unit_when=${unit_when#'*-*-* '}
	case $unit_when in
	hourly) echo $(((unit_now / 3600 + 1) * 3600)); return ;;
	daily) unit_when=00:00:00 ;;
	[0-9][0-9]:[0-9][0-9]) unit_when=$unit_when:00 ;;
	[0-9][0-9]:[0-9][0-9]:[0-9][0-9]) ;;
	*) return 1 ;;
	esac
	unit_at=$(date -u -d "1970-01-01 $unit_when" +%s) || return 1
	unit_at=$((unit_now / 86400 * 86400 + unit_at))
	[ "$unit_at" -gt "$unit_now" ] || unit_at=$((unit_at + 86400))
	echo "$unit_at"
}

# unit_of_file NAME.TYPE: sets what systemctl's unit() does, from the file. 1: there is none.
unit_of_file() {
	unit_file=$unit_dir/$1
	[ -f "$unit_file" ] || return 1
	description=$(unit_key "$unit_file" Description)
	load=loaded active=inactive sub=dead pid=0 result=success enabled=disabled
	[ -n "$(sed -n 's/^WantedBy=//p' "$unit_file")" ] || enabled=static
	for unit_link in "$unit_dir"/*.wants/"$1"; do
		[ ! -h "$unit_link" ] || enabled=enabled
	done
	case $1 in
	*.timer)
		[ ! -e "$demo/units/.$1" ] || active=active sub=waiting
		;;
	*)
		if [ -e "$demo/units/.$1" ]; then
			read -r unit_rc since <"$demo/units/.$1"
			[ "$unit_rc" = 0 ] || active=failed sub=failed result=exit-code
		fi
		;;
	esac
}

# unit_run NAME.service: starts it and waits for its end, as `systemctl start` does with a Type=oneshot.
unit_run() {
	unit_exec=$(unit_key "$unit_dir/$1" ExecStart)
	log "$1" "Starting $1 - $(unit_key "$unit_dir/$1" Description)..."
	env -i root="$root" PATH="$demo/bin" LANG=C DEMO_USER=root INVOCATION_ID=1 TZ="${TZ:-UTC0}" \
		sh -c "exec \"\$root\"$unit_exec" </dev/null >"$demo/units/.$1.out" 2>&1
	unit_rc=$?
	while IFS= read -r unit_line; do log "$1" "$unit_line"; done <"$demo/units/.$1.out"
	rm -f "$demo/units/.$1.out"
	printf '%s %s\n' "$unit_rc" "$(date +%s)" >"$demo/units/.$1"
	if [ "$unit_rc" = 0 ]; then
		log "$1" "Finished $1 - $(unit_key "$unit_dir/$1" Description)."
		return 0
	fi
	log "$1" "$1: Main process exited, code=exited, status=$unit_rc/FAILURE"
	log "$1" "$1: Failed with result 'exit-code'."
	printf '%s\n' "Job for $1 failed because the control process exited with error code." \
		"See \"systemctl status $1\" and \"journalctl -xeu $1\" for details." >&2
	return 1
}

# unit_do VERB NAME.TYPE: what systemctl VERB does with a unit of a file.
unit_do() {
	case $1 in
	enable)
		for unit_wants in $(sed -n 's/^WantedBy=//p' "$unit_dir/$2"); do
			mkdir -p "$unit_dir/$unit_wants.wants"
			[ ! -h "$unit_dir/$unit_wants.wants/$2" ] || continue
			ln -s "/etc/systemd/system/$2" "$unit_dir/$unit_wants.wants/$2"
			printf 'Created symlink /etc/systemd/system/%s.wants/%s → /etc/systemd/system/%s.\n' \
				"$unit_wants" "$2" "$2" >&2
		done
		;;
	disable)
		for unit_link in "$unit_dir"/*.wants/"$2"; do
			[ -h "$unit_link" ] || continue
			rm -f "$unit_link"
			plain "$unit_link"
			printf 'Removed "%s".\n' "$plain" >&2
		done
		;;
	start | restart)
		case $2 in
		*.timer) date +%s >"$demo/units/.$2" ;;
		*) unit_run "$2" ;;
		esac
		;;
	stop)
		case $2 in
		*.timer) rm -f "$demo/units/.$2" ;;
		esac
		;;
	reset-failed) rm -f "$demo/units/.$2" ;;
	esac
}

# unit_timers: NEXT-SECONDS NAME of those that were started.
unit_timers() {
	for unit_file in "$unit_dir"/*.timer; do
		unit_name=${unit_file##*/}
		[ -f "$unit_file" ] && [ -e "$demo/units/.$unit_name" ] || continue
		unit_at=$(unit_next "$unit_file") && printf '%s %s\n' "$unit_at" "$unit_name"
	done
}
