about='asked for again at once, and by a later console: satisfied, not run'

drive() {
	ready
	succeeds
	not_again
	console_close console
	begin
	console until "$step" state=done
	console prepare "$step"
	refused console confirm "$step"
}

expect() {
	grew lv.bytes $((50 << 30))
	jobs_are 1
}
