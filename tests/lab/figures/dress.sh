# shellcheck shell=sh
# dress.sh: gives a fresh guest (as root, in it) something of all that the panels show: backups old and new, a failed
# unit, containers that ended, an image without a name, logs with holes, hard links and blanks, mounts.
set -eu

# The guest is emulated, on a machine that may have other things to do: what is looked at here is whether figures are
# right, so the collectors' limits are tenfold, those inside their scripts, too.
cat >/usr/local/bin/timeout <<'END'
#!/bin/sh
seconds=$1
shift
exec /usr/bin/timeout "${seconds}0" "$@"
END
chmod 755 /usr/local/bin/timeout

mkdir -p /twisterlab/ai-storage /twisterlab/data-warehouse
mountpoint -q /twisterlab/ai-storage || mount /dev/sda /twisterlab/ai-storage
mountpoint -q /twisterlab/data-warehouse || mount /dev/sdc /twisterlab/data-warehouse
fallocate -l 70G /twisterlab/data-warehouse/data

mkdir -p /var/backups/postgres /var/backups/redis
now=$(date +%s)
for day in 6 3 1; do
	head -c $((100000 + day * 777)) /dev/urandom >"/var/backups/postgres/all-$day.sql.gz"
	touch -d "@$((now - day * 86400 - 500))" "/var/backups/postgres/all-$day.sql.gz"
done
head -c 54321 /dev/urandom >/var/backups/redis/dump.rdb
touch -d "@$((now - 40000))" /var/backups/redis/dump.rdb
printf '%s\n' '0 2 * * * root /opt/twisterlab/backup-postgres.sh' '15 2 * * * root /opt/twisterlab/backup-redis.sh' \
	>/etc/cron.d/twisterlab-backup
printf '%s\n' 'postgres: ok' 'redis: ok' >/var/log/twisterlab-backup.log

mkdir -p '/var/log/app two'
head -c 3000000 /dev/urandom >'/var/log/app two/a b.log'
ln -f '/var/log/app two/a b.log' '/var/log/app two/linked.log'
truncate -s 1G /var/log/hollow.log
head -c 5000000 /dev/urandom >/var/log/kern.log.1

systemctl reset-failed
systemd-run -q --unit=lab-fails false 2>/dev/null || :
until systemctl is-failed -q lab-fails; do sleep 0.2; done

if ! swapon --show | grep -q lab-swap; then
	fallocate -l 64M /var/lab-swap
	chmod 600 /var/lab-swap
	mkswap -q /var/lab-swap
	swapon /var/lab-swap
fi

image=$(docker images -q | head -n 1)
docker inspect lab-ended >/dev/null 2>&1 || docker run --name lab-ended "$image" sh -c 'echo a line; exit 3' || :
docker inspect lab-limited >/dev/null 2>&1 ||
	docker run -d --name lab-limited --log-opt max-size=5m --log-opt max-file=2 -v lab-data:/data "$image" sleep 100000
docker exec lab-limited sh -c 'echo 0123456789 >/data/file' || :
docker tag "$image" lab/second:2
docker image inspect lab/loose >/dev/null 2>&1 || docker commit lab-ended lab/loose >/dev/null
sync
