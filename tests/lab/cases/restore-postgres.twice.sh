about='made anew each time it is asked for: it proves what is saved today'
phase=0-stabilisation

drive() {
	begin
	step=backups
	console prepare backups
	run_step
	step=restore-postgres
	for attempt in 1 2; do
		console prepare "$step"
		is activity ready
		run_step
		is state 'done'
		is attempt $attempt
	done
}

expect() {
	[ "$(now jobs)" = 3 ] || fail "$(now jobs) jobs"
}
