about='pg_dumpall fails half-way, as gzip does not: no file, and everything is put back'
phase=0-stabilisation

prepare() {
	wrap pg_dumpall <<-'END'
		"$real" "$@" | head -n 30
		echo 'pg_dumpall: error: server closed the connection unexpectedly' >&2
		exit 1
	END
	guest 'ls /etc/systemd/system /usr/local/sbin' >"$dir/files.before"
	guest 'ls /var/backups/postgres' >"$dir/backups.before"
}

drive() {
	ready
	run_step
	is state failed
	is failure undone
	is output '*FAILED: pg_dumpall ended with 1: pg_dumpall: error: server closed the connection unexpectedly*'
	says 'PostgreSQL: no backup was made.*'
}

expect() {
	guest 'ls /etc/systemd/system /usr/local/sbin' >"$dir/files.after"
	cmp "$dir/files.before" "$dir/files.after" || fail 'units or scripts are left'
	guest 'ls /var/backups/postgres' | cmp - "$dir/backups.before" || fail 'a half backup is left'
}
