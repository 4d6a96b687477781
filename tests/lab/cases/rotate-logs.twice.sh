about='asked for again: satisfied, not run'
phase=0-stabilisation

prepare() {
	guest 'rm -f /var/log/kern.log.1 /var/log/syslog.1; truncate -s 0 /var/log/kern.log /var/log/syslog'
}

drive() {
	ready
	run_step
	is state 'done'
	console prepare "$step"
	refused console confirm "$step"
}

expect() {
	[ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"
}
