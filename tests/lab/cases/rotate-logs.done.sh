about="the documents' two rules beside the distribution's: one rule is left, logrotate -d finds nothing twice, the timer is hourly"
phase=0-stabilisation

prepare() {
	printf '/var/log/kern.log {\n  daily\n  rotate 3\n  maxsize 500M\n}\n' | guest_file /etc/logrotate.d/kern-aggressive
	printf '/var/log/syslog {\n  daily\n  rotate 3\n}\n' | guest_file /etc/logrotate.d/syslog-aggressive
	guest 'rm -f /var/log/kern.log.1 /var/log/syslog.1; truncate -s 0 /var/log/kern.log /var/log/syslog
		logrotate -d /etc/logrotate.conf 2>&1 | grep -q "duplicate log entry"' || fail 'logrotate finds nothing twice'
}

drive() {
	ready
	is plan '*-*weekly*+*daily*'
	succeeds
	is result ok
}

expect() {
	guest '! logrotate -d /etc/logrotate.conf 2>&1 | grep -q "duplicate log entry\|^error"' || fail 'logrotate still complains'
	guest '[ ! -e /etc/logrotate.d/kern-aggressive ] && [ ! -e /etc/logrotate.d/syslog-aggressive ]' || fail 'the doubles are left'
	guest 'systemctl show logrotate.timer -p TimersCalendar | grep -F "OnCalendar=*-*-* *:00:00 "' || fail 'not hourly'
	guest 'fallocate -l 600M /var/log/kern.log && systemctl start logrotate && ls -l /var/log/kern.log* &&
		[ -e /var/log/kern.log.1 ] && [ "$(stat -c %s /var/log/kern.log)" -lt 600000000 ]' || fail '600 MB are not rotated'
}
