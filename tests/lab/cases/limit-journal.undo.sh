about='the settings are those from before, byte by byte, and journald works with them'
phase=0-stabilisation

list='find /etc/systemd | sort; find /etc/systemd -type f -exec sha256sum {} + | sort'

prepare() {
	guest "$list" >"$dir/files.before"
}

drive() {
	ready
	succeeds
	undo
	is state todo
}

expect() {
	guest "$list" | cmp "$dir/files.before" - || fail 'the settings are not those from before'
	guest 'max=$(journalctl -b -n 1 -o export MESSAGE_ID=ec387f577b844b8fa948f33cad9a75e6 | sed -n s/^MAX_USE=//p)
		[ "$max" != 524288000 ]' || fail 'journald goes on with our limit'
}
