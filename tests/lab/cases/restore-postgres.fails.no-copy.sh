about='the throw-away instance does not start: said, and nothing of it is left'
phase=0-stabilisation

drive() {
	begin
	step=backups
	console prepare backups
	succeeds
	guest 'for f in /usr/lib/postgresql/*/bin/pg_ctl; do mv "$f" "$f.real"; printf "#!/bin/sh\nexit 1\n" >"$f"; chmod 755 "$f"; done'
	step=restore-postgres
	console prepare "$step"
	run_step
	is state failed
	says 'no throw-away PostgreSQL could be started and filled'
	guest 'for f in /usr/lib/postgresql/*/bin/pg_ctl; do mv "$f.real" "$f"; done'
}

expect() {
	[ -z "$(guest 'ls -A /var/tmp | grep twistertui || :')" ] || fail 'the throw-away instance is left'
}
