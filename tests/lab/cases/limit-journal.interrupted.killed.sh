about='the console killed (SIGKILL) before the vacuum: the next one finds the job and its end'
phase=0-stabilisation
panels=no

prepare() {
	hold_at journalctl '*--vacuum-size=*'
}

drive() {
	ready
	console confirm "$step"
	held
	console until "$step" activity=running
	dies console kill
	begin
	console until "$step" state=running
	release
	console until "$step" state=done activity=idle
	is attempt 1
	says 'the journal takes *; journald itself says: at most 500M, 3 days kept'
}

expect() { [ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"; }
