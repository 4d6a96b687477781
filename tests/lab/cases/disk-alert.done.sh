about='a line gets through to syslog with nothing around it; the timer is hourly; it warns when the disk is over'
phase=0-stabilisation

drive() {
	begin
	console param "$step" percent 1
	is activity ready
	succeeds
	is result ok
}

expect() {
	guest 'grep -q "disk-alert: ALERT: / is used" /var/log/syslog' || fail 'syslog has no such line'
	guest 'grep -q "^ALERT: / is used" /run/disk-alert' || fail 'nothing for the console'
	guest 'systemctl list-timers disk-alert.timer | grep -q disk-alert.service' || fail 'no timer'
}
