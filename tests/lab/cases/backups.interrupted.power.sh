about='power cut while PostgreSQL is dumped: no half backup with a name; found, run again'
phase=0-stabilisation

prepare() {
	hold pg_dumpall
}

drive() {
	ready
	power_cut_while_held pg_dumpall
	guest 'for f in /var/backups/postgres/postgres_*; do [ ! -e "$f" ] || gzip -t "$f"; done' || fail 'half a backup has a name'
	console prepare "$step"
	is activity ready
	succeeds
	is attempt 2
}

expect() {
	[ "$(guest 'systemctl list-timers --no-legend | grep -c twistertui-backup-')" = 2 ] || fail 'not two timers wait'
}
