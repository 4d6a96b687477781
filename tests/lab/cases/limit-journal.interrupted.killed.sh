about='the console killed (SIGKILL) before the vacuum: the next one finds the job and its end'
phase=0-stabilisation

prepare() {
	hold_at journalctl '*--vacuum-size=*'
}

drive() {
	ready
	killed_while_held
	says 'the journal takes *; journald itself says: at most 500M, 3 days kept'
}

expect() { jobs_are 1; }
