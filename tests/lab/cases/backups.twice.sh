about='asked for again: satisfied, not run; with another hour it is another plan'
phase=0-stabilisation

drive() {
	ready
	succeeds
	not_again
	console param "$step" at 03:30
	is activity ready
	is plan '*-OnCalendar=\*-\*-\* 02:00:00?+OnCalendar=\*-\*-\* 03:30:00*'
}

expect() {
	jobs_are 1
}
