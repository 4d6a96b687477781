about='the console killed (SIGKILL) while PostgreSQL is dumped: found again, ended, made once'
phase=0-stabilisation

prepare() {
	hold pg_dumpall
	guest 'ls /var/backups/postgres | wc -l' >"$dir/files.before"
}

drive() {
	ready
	killed_while_held
}

expect() {
	[ "$(guest 'ls /var/backups/postgres | wc -l')" = $(($(cat "$dir/files.before") + 1)) ] || fail 'not one backup more'
	jobs_are 1
}
