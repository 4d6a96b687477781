about='systemctl says that the unit ran, and it did not'
phase=0-stabilisation

prepare() {
	wrap systemctl <<-'END'
		[ "$1" != start ] || exit 0
		exec "$real" "$@"
	END
}

drive() {
	ready
	fails undone 0
	is parts.verify '[1-9]*'
	says 'PostgreSQL: no backup was made.*'
}

expect() {
	guest '! systemctl list-timers --all --no-legend | grep twistertui-backup-' || fail 'a timer is left'
}
