about='it stands there as configured, healthy: a later console finds it so, nothing is run'
. "$here/cases/harbor.words.sh"

drive() {
	ready
	run_step
	is state 'done'
	console_close console
	begin
	console prepare "$step"
	is state satisfied
	is reason 'Harbor answers healthy at http://EdgeServer:8085, with 2 containers, as configured here'
	refused console confirm "$step"
}

expect() { [ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"; }
