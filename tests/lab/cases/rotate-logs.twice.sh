about='asked for again: satisfied, not run'
phase=0-stabilisation

prepare() {
	guest 'rm -f /var/log/kern.log.1 /var/log/syslog.1; truncate -s 0 /var/log/kern.log /var/log/syslog'
}

drive() {
	ready
	succeeds
	not_again
}

expect() {
	jobs_are 1
}
