about='power cut after the settings and before the vacuum: undo goes back from there, byte by byte'
phase=0-stabilisation

list='find /etc/systemd | sort; find /etc/systemd -type f -exec sha256sum {} + | sort'

prepare() {
	guest "$list" >"$dir/files.before"
	hold_at journalctl '*--vacuum-size=*'
}

drive() {
	ready
	power_cut_while_held journalctl
	is reason 'cut short; check says *'
	undo
	is result ok
	says '/etc/systemd/journald.conf.d/90-twistertui.conf is as before*'
}

expect() {
	guest "$list" | cmp "$dir/files.before" - || fail 'the settings are not those from before'
}
