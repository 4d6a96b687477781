# shellcheck shell=sh
# shellcheck disable=SC2154 # root, tw_mark and what prelude.sh sets
# backups.sh: the files of the PostgreSQL and Redis backups, what makes them, and what it said last.

# tw_backup_folder KIND FOLDER: one line in "folders", the files in "files". Paths are shown as the server sees them.
tw_backup_folder() {
	if [ ! -d "$root$2" ]; then
		tw_backup_folders="$tw_backup_folders$1 absent $2
"
	elif [ ! -r "$root$2" ] || [ ! -x "$root$2" ]; then
		tw_backup_folders="$tw_backup_folders$1 denied $2
"
	else
		tw_backup_folders="$tw_backup_folders$1 there $2
"
		(cd "$root"/ && tw_limit 10 find ".$2" -maxdepth 2 -type f \
			-exec stat -c "$1 %Y %s %n" {} +) | head -c 400000
	fi
}

tw_backup_files() {
	tw_backup_folders=
	tw_open files
	if [ -n "${tw_backup_postgres_dir:-}" ]; then
		tw_backup_folder postgres "$tw_backup_postgres_dir"
	else
		tw_backup_folder postgres /var/backups/postgres
		tw_backup_folder postgres /var/backups/postgresql
		tw_backup_folder postgres /opt/backups/postgres
	fi
	if [ -n "${tw_backup_redis_dir:-}" ]; then
		tw_backup_folder redis "$tw_backup_redis_dir"
	else
		tw_backup_folder redis /var/backups/redis
		tw_backup_folder redis /opt/backups/redis
	fi
	# Folders of both: the files' names tell which.
	tw_backup_folder mixed /var/backups/twisterlab
	tw_backup_folder mixed /opt/twisterlab/backups
	tw_close 0
	tw_put folders 0 "$tw_backup_folders"
}

tw_backup_schedule() {
	tw_words='backup|pg_?dump|postgres|redis|rdb'
	tw_open cron
	(
		cd "$root"/ || exit 1
		grep -H -i -E "$tw_words" ./etc/crontab ./etc/cron.d/* ./var/spool/cron/crontabs/* /dev/null |
			head -c 60000
		for tw_file in ./etc/cron.hourly/* ./etc/cron.daily/* ./etc/cron.weekly/*; do
			# Not "backup": Debian's own dpkg script speaks of backups too.
			if grep -q -i -E 'pg_?dump|postgres|redis|twisterlab' "$tw_file"; then
				printf '%s:\n' "$tw_file"
			fi
		done
	)
	tw_close 0
	tw_run crontab 5 crontab -l
	tw_run timers 5 systemctl list-timers --all --no-legend --no-pager
}

tw_backup_print() {
	tw_clock
	tw_backup_files
	tw_backup_schedule
	tw_run log 5 tail -n 20 "$root${tw_backup_log:-/var/log/twisterlab-backup.log}"
}

collect_backups() {
	tw_backup_print </dev/null 2>/dev/null
}
