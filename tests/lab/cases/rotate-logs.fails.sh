about='logrotate itself fails when it runs (its state may not be written): said, and the rules put back'
phase=0-stabilisation

list='find /etc/logrotate.d /etc/systemd/system | sort; find /etc/logrotate.d /etc/systemd/system -type f -exec sha256sum {} + | sort'

prepare() {
	guest 'rm -f /var/log/kern.log.1 /var/log/syslog.1; truncate -s 0 /var/log/kern.log /var/log/syslog'
	guest 'systemctl start logrotate; chattr +i /var/lib/logrotate/status /var/lib/logrotate'
	guest "$list" >"$dir/files.before"
}

drive() {
	ready
	run_step
	is state failed
	is failure undone
	says 'logrotate ran and failed: *'
}

expect() {
	guest 'chattr -i /var/lib/logrotate/status /var/lib/logrotate'
	guest "$list" | cmp "$dir/files.before" - || fail 'the rules are not those from before'
}
