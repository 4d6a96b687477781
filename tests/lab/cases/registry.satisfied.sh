about='it is named in registries.yaml, pushed and pulled: a later console finds it so, nothing is run'
. "$here/cases/registry.words.sh"

drive() {
	ready
	run_step
	is state 'done'
	console_close console
	begin
	console prepare "$step"
	is state satisfied
	is reason 'registries.yaml names http://EdgeServer:8085, and an image was pushed there and pulled'
	refused console confirm "$step"
}

expect() { [ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"; }
