about='power cut after the rules and before logrotate ran: undo goes back from there, byte by byte'
phase=0-stabilisation

list='find /etc/logrotate.d /etc/systemd/system | sort; find /etc/logrotate.d /etc/systemd/system -type f -exec sha256sum {} + | sort'

prepare() {
	guest 'rm -f /var/log/kern.log.1 /var/log/syslog.1; truncate -s 0 /var/log/kern.log /var/log/syslog'
	guest "$list" >"$dir/files.before"
	hold_at systemctl 'start?logrotate.service'
}

drive() {
	ready
	power_cut_while_held systemctl
	is reason 'cut short; check says *'
	undo
	is result ok
	says 'all rules and the timer are as before'
}

expect() {
	guest "$list" | cmp "$dir/files.before" - || fail 'the rules are not those from before'
}
