about='asked for again: satisfied, not run'
. "$here/cases/1b.words.sh"

prepare() { blank; }

drive() {
	go
	run_step
	is state 'done'
	console prepare "$step"
	refused console confirm "$step"
}

expect() { [ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"; }
