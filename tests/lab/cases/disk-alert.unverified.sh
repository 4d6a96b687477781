about='another setting makes the timer daily: seen, and put back'
phase=0-stabilisation

prepare() {
	printf '[Timer]\nOnCalendar=\nOnCalendar=daily\n' | guest_file /etc/systemd/system/disk-alert.timer.d/zz.conf
}

drive() {
	ready
	fails undone 0
	is parts.verify '[1-9]*'
	says 'the timer does not run every hour'
}

expect() {
	guest '[ ! -e /etc/systemd/system/disk-alert.timer ] && [ ! -e /usr/local/sbin/disk-alert ]' || fail 'files are left'
}
