about='rules and timer are those from before, byte by byte'
phase=0-stabilisation

list='find /etc/logrotate.d /etc/systemd/system | sort; find /etc/logrotate.d /etc/systemd/system -type f -exec sha256sum {} + | sort
	stat -c "%n %a %U %G" /etc/logrotate.d/*'

prepare() {
	printf '/var/log/kern.log {\n  daily\n  rotate 3\n}\n' | guest_file /etc/logrotate.d/kern-aggressive
	guest "rm -f /var/log/kern.log.1 /var/log/syslog.1; truncate -s 0 /var/log/kern.log /var/log/syslog; $list" >"$dir/files.before"
}

drive() {
	ready
	succeeds
	undo
	is state todo
}

expect() {
	guest "$list" | cmp "$dir/files.before" - || fail 'the rules are not those from before'
}
