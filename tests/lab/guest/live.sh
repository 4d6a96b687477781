# shellcheck shell=sh
# live.sh: run once in the guest as root (sh -s), before its state is saved. What a server has that is running: containers,
# data, a full journal, a filled filesystem.
set -eu
export LC_ALL=C

containers() {
	r=$(mktemp -d)
	mkdir -p "$r/bin" "$r/etc"
	cp /bin/busybox "$r/bin/"
	for tool in sh sleep echo cat id; do
		ln -s busybox "$r/bin/$tool"
	done
	tar -C "$r" -c . | docker import - tiny:1 >/dev/null
	rm -r "$r"
	docker run -d --restart unless-stopped --name web tiny:1 /bin/sleep 1000000 >/dev/null
}

databases() {
	runuser -u postgres -- psql -q -c 'create database twisterlab' postgres
	runuser -u postgres -- psql -q twisterlab <<'END'
create table runs (id serial primary key, name text not null, at timestamptz not null default now());
insert into runs (name) select 'run ' || n from generate_series(1, 5000) n;
END
	for n in 1 2 3 4 5 6 7 8 9; do
		redis-cli set "session:$n" "$(head -c 3000 /dev/urandom | base64 -w 0)" >/dev/null
	done
	redis-cli save >/dev/null
	/usr/local/bin/twisterlab-backup postgres
	/usr/local/bin/twisterlab-backup redis
	# One of each for a week.
	for kind in postgres redis; do
		set -- /var/backups/$kind/$kind-*
		for n in 1 2 3 4 5 6; do
			day=$(date -d "-$n days" +%Y%m%d)
			cp -p "$1" "/var/backups/$kind/$kind-$day-020000.${1#*.}"
			touch -d "$day 02:00:07" "/var/backups/$kind/$kind-$day-020000.${1#*.}"
		done
	done
}

# A journal of 4 GB out of one file: copies of it under the names of earlier ones, each given the size that a full one
# has. journalctl counts and vacuums them like any other.
journal() {
	journalctl --rotate
	cd "/var/log/journal/$(cat /etc/machine-id)"
	for first in system@*.journal; do break; done
	now=$(date +%s)
	n=1
	while [ $n -le 29 ]; do
		name=$(printf 'system@%032x-%016x-%016x.journal' $n $((n * 50000)) $(((now - n * 43200) * 1000000)))
		cp -p "$first" "$name"
		fallocate -l 128M "$name"
		touch -d "@$((now - n * 43200))" "$name"
		n=$((n + 1))
	done
	chgrp systemd-journal ./*
	cd /
	systemctl kill -s USR1 systemd-journald
}

# To the documents' figures, 82G used and 16G free, in the middle of where df rounds both to these.
fill() {
	sync
	# shellcheck disable=SC2046 # two numbers
	set -- $(df -B1 --output=used,size / | tail -n 1)
	gib=1073741824
	to=$(((82 * gib + $2 - 16 * gib) / 2))
	[ $to -lt $((82 * gib)) ] || to=$((82 * gib - 60000000)) # xfs: a little less is free
	[ "$to" -gt "$1" ] || return 0 # xfs may take more for the same files
	fallocate -l $((to - $1)) /var/lib/rancher/k3s/agent/containerd/images
}

containers
databases
journal
# Their stamps are set by whoever wakes this machine up: a timer that finds itself late would rotate 12 GB of logs.
systemctl stop '*.timer'
fill
sync
echo 3 >/proc/sys/vm/drop_caches
