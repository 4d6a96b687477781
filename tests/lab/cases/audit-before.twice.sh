about='made twice: two attempts, the last one counts'
. "$here/cases/kube.words.sh"

drive() {
	ready
	run_step
	is state 'done'
	says 'warning: pods Failed: 120 (*'
	kube delete pods -A --field-selector=status.phase=Failed --wait=false >&2
	console prepare "$step"
	is activity ready
	run_step
	is state 'done'
	is attempt 2
	is output '*ok        pods Failed: 0*'
}

expect() {
	[ "$(now jobs)" = 2 ] || fail "$(now jobs) jobs"
}
