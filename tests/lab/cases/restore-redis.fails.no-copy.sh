about='the throw-away instance does not start: said, and nothing of it is left'
phase=0-stabilisation

drive() {
	begin
	step=backups
	console prepare backups
	succeeds
	wrap redis-server <<-'END'
		exit 1
	END
	step=restore-redis
	console prepare "$step"
	run_step
	is state failed
	says 'no throw-away Redis could be started and filled'
}

expect() {
	[ -z "$(guest 'ls -A /var/tmp | grep twistertui || :')" ] || fail 'the throw-away instance is left'
}
