about='asked for again: satisfied, not run'
phase=0-stabilisation
panels=no

drive() {
	ready
	run_step
	is state 'done'
	console prepare "$step"
	refused console confirm "$step"
}

expect() { [ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"; }
