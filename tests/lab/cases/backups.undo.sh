about='timers, units and scripts are gone, byte by byte; the backups stay'
phase=0-stabilisation

list='find /etc/systemd/system /usr/local/sbin -type f -exec sha256sum {} + | sort; find /etc/systemd/system -type l | sort'

prepare() {
	guest "$list" >"$dir/files.before"
}

drive() {
	ready
	succeeds
	undo
	is state todo
	says 'no timer, unit or script of this change is left; * backups stay'
}

expect() {
	guest "$list" >"$dir/files.after"
	cmp "$dir/files.before" "$dir/files.after" || fail 'the files are not those from before'
	guest 'ls /var/backups/postgres/postgres_*.sql.gz >/dev/null' || fail 'the backup is gone'
}
