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
		succeeds
		is attempt $attempt
	done
}

expect() {
	jobs_are 3
}
