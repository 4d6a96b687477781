about='asked for again: satisfied, not run'
. "$here/cases/mcp.words.sh"

drive() {
	ready
	run_step
	is state 'done'
	console prepare "$step"
	is state satisfied
	refused console confirm "$step"
}

expect() { [ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"; }
