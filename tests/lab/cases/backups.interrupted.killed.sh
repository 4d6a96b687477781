about='the console killed (SIGKILL) while PostgreSQL is dumped: found again, ended, made once'
phase=0-stabilisation

prepare() {
	hold pg_dumpall
	guest 'ls /var/backups/postgres | wc -l' >"$dir/files.before"
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
}

expect() {
	[ "$(guest 'ls /var/backups/postgres | wc -l')" = $(($(cat "$dir/files.before") + 1)) ] || fail 'not one backup more'
	[ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"
}
