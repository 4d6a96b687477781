about='asked for again: satisfied, not run'
. "$here/cases/1b.words.sh"

drive() {
	go
	run_step
	is state 'done'
	console prepare "$step"
	refused console confirm "$step"
}

expect() {
	moved
	[ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"
}
