about='a backup that lacks a key which the original has: seen'
phase=0-stabilisation

drive() {
	begin
	step=backups
	console prepare backups
	succeeds
	# The copy loses a key before it is looked at.
	wrap redis-server <<-'END'
		"$real" "$@"
		while [ $# -gt 1 ]; do [ "$1" != --unixsocket ] || socket=$2; shift; done
		sleep 2
		redis-cli -s "$socket" DEL "$(redis-cli -s "$socket" RANDOMKEY)"
	END
	step=restore-redis
	console prepare "$step"
	run_step
	is state failed
	says 'the restored Redis does not hold what the original holds'
}

expect() {
	[ -z "$(guest 'ls -A /var/tmp | grep twistertui || :')" ] || fail 'the throw-away instance is left'
}
