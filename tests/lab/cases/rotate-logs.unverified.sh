about='another setting makes the timer daily again: seen, and put back'
phase=0-stabilisation

prepare() {
	guest 'rm -f /var/log/kern.log.1 /var/log/syslog.1; truncate -s 0 /var/log/kern.log /var/log/syslog'
	printf '[Timer]\nOnCalendar=\nOnCalendar=daily\n' | guest_file /etc/systemd/system/logrotate.timer.d/zz.conf
}

drive() {
	ready
	fails undone 0
	is parts.verify '[1-9]*'
	says 'logrotate.timer does not run every hour'
}

expect() {
	guest '[ ! -e /etc/systemd/system/logrotate.timer.d/twistertui.conf ] && ! grep -q 500M /etc/logrotate.d/rsyslog' ||
		fail 'settings are left'
}
