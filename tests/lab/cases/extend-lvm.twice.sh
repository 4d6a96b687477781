about='asked for again at once, and by a later console: satisfied, not run'

drive() {
	ready
	run_step
	is state 'done'
	console prepare "$step"
	is state 'done'
	refused console confirm "$step"
	console_close console
	begin
	console until "$step" state=done
	console prepare "$step"
	refused console confirm "$step"
}

expect() {
	grew lv.bytes $((50 << 30))
	[ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"
}
