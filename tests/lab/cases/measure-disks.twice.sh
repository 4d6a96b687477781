about='measured twice: two attempts, the last figures count'

drive() {
	begin
	console param "$step" disk sdb
	run_step
	is state 'done'
	console prepare "$step"
	is activity ready
	run_step
	is state 'done'
	is attempt 2
}

expect() {
	[ "$(now jobs)" = 2 ] || fail "$(now jobs) jobs"
}
