about='power cut before the first alert: undo goes back from there, byte by byte'
phase=0-stabilisation

list='find /etc/systemd/system /usr/local | grep -v local/sbin/systemctl | sort; find /etc/systemd/system -type f -exec sha256sum {} + | sort'

prepare() {
	guest "mkdir -p /etc/systemd/system/timers.target.wants; $list" >"$dir/files.before"
	hold_at systemctl 'start?disk-alert.service'
}

drive() {
	ready
	power_cut_while_held systemctl
	is reason 'cut short; check says *'
	undo
	is result ok
	says 'the alert is as before'
}

expect() {
	guest "$list" | cmp "$dir/files.before" - || fail 'something is left'
}
