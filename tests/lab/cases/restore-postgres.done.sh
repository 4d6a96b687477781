about='restored into a second instance on its own socket, dumped again: the backup line by line, the original table by table'
phase=0-stabilisation

prepare() {
	guest 'ps -C postgres -o pid= | sort >/run/lab-postgres'
}

drive() {
	begin
	step=backups
	console prepare backups
	succeeds
	step=restore-postgres
	console prepare "$step"
	is activity ready
	succeeds
	says 'postgres_*.sql.gz was restored: equal to the original, * rows or keys'
}

expect() {
	[ -z "$(guest 'ls -A /var/tmp | grep twistertui || :')" ] || fail 'the throw-away instance is left'
	rows=$(guest 'runuser -u postgres -- psql -Atqc "select count(*) from pg_tables where schemaname = '"'public'"'" twisterlab')
	[ "$rows" -gt 0 ] || fail 'there was nothing to restore'
	counted=$(guest 'for t in $(runuser -u postgres -- psql -Atqc "select tablename from pg_tables where schemaname = '"'public'"'" twisterlab); do
		runuser -u postgres -- psql -Atqc "select count(*) from $t" twisterlab; done' | awk '{ n += $1 } END { print n }')
	journal 'select(.kind == "facts") | .facts["phase.restore.postgres.rows"].value // empty' | grep -q "^$counted\$" ||
		fail "psql counts $counted rows, the journal has another number"
}
