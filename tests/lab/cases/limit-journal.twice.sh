about='asked for again: satisfied, not run; with another limit it is another plan'
phase=0-stabilisation

drive() {
	ready
	succeeds
	not_again
	console param "$step" limit 400M
	is activity ready
	is plan '*-SystemMaxUse=500M?+SystemMaxUse=400M*'
}

expect() {
	jobs_are 1
}
