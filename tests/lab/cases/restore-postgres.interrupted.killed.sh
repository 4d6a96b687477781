about='the console killed (SIGKILL) in the middle of a restore: found again, compared, nothing left behind'
phase=0-stabilisation

drive() {
	begin
	step=backups
	console prepare backups
	succeeds
	hold pg_dumpall
	step=restore-postgres
	console prepare "$step"
	killed_while_held
}

expect() {
	[ -z "$(guest 'ls -A /var/tmp | grep twistertui || :')" ] || fail 'the throw-away instance is left'
}
