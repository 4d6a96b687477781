about='loaded into a second Redis on its own socket: every key and value as in the original'
phase=0-stabilisation

drive() {
	begin
	step=backups
	console prepare backups
	succeeds
	step=restore-redis
	console prepare "$step"
	is activity ready
	succeeds
	says 'redis_*.rdb was restored: equal to the original, * rows or keys'
}

expect() {
	[ -z "$(guest 'ls -A /var/tmp | grep twistertui || :')" ] || fail 'the throw-away instance is left'
	keys=$(guest 'redis-cli dbsize')
	[ "${keys##* }" -gt 0 ] || fail 'there was nothing to restore'
	journal 'select(.kind == "facts") | .facts["phase.restore.redis.rows"].value // empty' | grep -q "^${keys##* }\$" ||
		fail "Redis has ${keys##* } keys, the journal another number"
}
