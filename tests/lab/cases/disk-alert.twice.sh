about='asked for again: satisfied; another threshold is another plan; 200 % is refused'
phase=0-stabilisation

drive() {
	ready
	succeeds
	not_again
	refused console param "$step" percent 200
	console param "$step" percent 70
	is activity ready
}

expect() {
	jobs_are 1
}
