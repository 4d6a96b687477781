about='a dump without its last lines and with status 0: not a backup'
phase=0-stabilisation

prepare() {
	wrap pg_dumpall <<-'END'
		"$real" "$@" | head -n 60
	END
}

drive() {
	ready
	run_step
	is state failed
	is failure undone
	is output '*the dump has no end: it was cut short*'
}

expect() {
	guest '! systemctl list-timers --all --no-legend | grep twistertui-backup-' || fail 'a timer is left'
}
