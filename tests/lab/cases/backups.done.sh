about='PostgreSQL and Redis of the server itself: saved by the timers own units, whole, and readable by root only'
phase=0-stabilisation

drive() {
	ready
	is plan '*PostgreSQL: this server, at 02:00:00, 7 days*'
	says '*/etc/cron.d/*'
	succeeds
	is result ok
	says '/var/backups/postgres/postgres_*.sql.gz: * bytes, whole; the next one comes * 02:00:00 *'
	says '/var/backups/redis/redis_*.rdb: * bytes, whole; the next one comes * 02:15:00 *'
}

expect() {
	guest 'set -- $(ls -t /var/backups/postgres/postgres_*.sql.gz)
		gzip -dc "$1" | tail -n 20 | grep -q "^-- PostgreSQL database cluster dump complete"
		[ "$(stat -c %a "$1")" = 600 ]
		set -- $(ls -t /var/backups/redis/redis_*.rdb)
		redis-check-rdb "$1" | grep -q "RDB looks OK"'
	[ "$(guest 'systemctl list-timers --no-legend | grep -c twistertui-backup-')" = 2 ] || fail 'not two timers wait'
	guest 'journalctl -u twistertui-backup-postgres.service -o cat | grep -q " bytes OK"' || fail 'the unit itself did not make it'
	same docker.pid containers df.size
}
