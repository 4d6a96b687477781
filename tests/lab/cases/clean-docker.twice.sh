about='asked for again: satisfied, not run'
. "$here/cases/clean-docker.words.sh"

prepare() { litter; }

drive() {
	begin
	console param "$step" containers old
	is activity ready
	run_step
	is state 'done'
	console prepare "$step"
	refused console confirm "$step"
}

expect() {
	same containers
	[ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"
}
