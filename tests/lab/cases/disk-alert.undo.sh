about='timer, service and script are gone, byte by byte'
phase=0-stabilisation

list='find /etc/systemd/system /usr/local | sort; find /etc/systemd/system /usr/local -type f -exec sha256sum {} + | sort'

prepare() {
	guest "mkdir -p /etc/systemd/system/timers.target.wants; $list" >"$dir/files.before"
}

drive() {
	ready
	succeeds
	undo
	is state todo
}

expect() {
	guest "$list" | cmp "$dir/files.before" - || fail 'something is left'
	guest '[ ! -e /run/disk-alert ]' || fail 'the warning is left'
}
