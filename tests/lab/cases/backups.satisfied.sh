about='saved every night already, and whole: nothing is run'
phase=0-stabilisation

drive() {
	ready
	run_step
	is state 'done'
	console_close console
	guest 'rm -rf /var/lib/twistertui/runs'
	rm -rf "$dir/state"
	begin
	console prepare "$step"
	is state satisfied
	is reason '*not longer ago than 26 hours: postgres redis'
	refused console confirm "$step"
}

expect() {
	same docker.pid
}
