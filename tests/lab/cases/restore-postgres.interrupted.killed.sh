about='the console killed (SIGKILL) in the middle of a restore: found again, compared, nothing left behind'
phase=0-stabilisation

drive() {
	begin
	step=backups
	console prepare backups
	run_step
	is state 'done'
	hold pg_dumpall
	step=restore-postgres
	console prepare "$step"
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
	[ -z "$(guest 'ls -A /var/tmp | grep twistertui || :')" ] || fail 'the throw-away instance is left'
}
