about='power cut while PostgreSQL is dumped: no half backup with a name; found, run again'
phase=0-stabilisation

prepare() {
	hold pg_dumpall
}

drive() {
	ready
	console confirm "$step"
	held
	power off
	power on
	guest 'rm /usr/local/sbin/pg_dumpall; for f in /var/backups/postgres/postgres_*; do gzip -t "$f"; done'
	console link up
	interrupted
	console prepare "$step"
	is activity ready
	succeeds
	is attempt 2
}

expect() {
	[ "$(guest 'systemctl list-timers --no-legend | grep -c twistertui-backup-')" = 2 ] || fail 'not two timers wait'
}
