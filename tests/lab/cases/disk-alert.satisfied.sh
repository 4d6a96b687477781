about='it warns every hour already: nothing is run'
phase=0-stabilisation
panels=no

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
	is reason '*every hour, over 80 %'
	refused console confirm "$step"
}

expect() { same docker.pid; }
