about='cron runs both scripts, and its PATH leads nowhere: whole backups all the same'
phase=0-stabilisation

drive() {
	ready
	succeeds
	guest 'systemctl is-active cron
		for kind in postgres redis; do
			ls /var/backups/$kind >/run/before-$kind
			echo "* * * * * root /usr/local/sbin/twistertui-backup-$kind" >>/run/lab-cron
		done
		sed "1i PATH=/nowhere" /run/lab-cron >/etc/cron.d/lab-backup
		for kind in postgres redis; do
			n=0
			until ls /var/backups/$kind | grep -vxF -f /run/before-$kind >/run/new-$kind; do n=$((n + 1)); [ $n -lt 300 ]; sleep 1; done
		done
		rm /etc/cron.d/lab-backup'
}

expect() {
	guest 'gzip -dc "/var/backups/postgres/$(head -n 1 /run/new-postgres)" | tail -n 20 | grep -q "^-- PostgreSQL database cluster dump complete"
		redis-check-rdb "/var/backups/redis/$(head -n 1 /run/new-redis)" | grep -q "RDB looks OK"'
	same docker.pid containers
}
