about='asked for again: satisfied, not run'
phase=0-stabilisation

drive() {
	ready
	succeeds
	not_again
}

expect() { jobs_are 1; }
