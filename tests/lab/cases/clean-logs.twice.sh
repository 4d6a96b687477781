about='asked for again: satisfied, not run'
phase=0-stabilisation
panels=no

drive() {
	ready
	succeeds
	console prepare "$step"
	refused console confirm "$step"
}

expect() { jobs_are 1; }
