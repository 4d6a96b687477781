#!/bin/bash
# customize.sh early ROOT | late ROOT KEYS: makes a fresh Debian root look like EdgeServer.
set -euo pipefail

# Before the kernel's package makes its initramfs.
early() {
	mkdir -p "$r/etc/initramfs-tools/conf.d"
	printf 'MODULES=list\nCOMPRESS=zstd\nCOMPRESSLEVEL=1\nRESUME=none\n' >"$r/etc/initramfs-tools/conf.d/lab"
	mkdir -p "$r/etc/initramfs-tools/scripts/init-premount"
	printf 'virtio_pci\nvirtio_scsi\nsd_mod\ndm_mod\next4\nxfs\n' >"$r/etc/initramfs-tools/modules"
	# sd probes in the background, so that sda, sdb and sdc race. With scsi_mod.scan=manual nothing is
	# probed before this adds the disks, one after the other.
	cat >"$r/etc/initramfs-tools/scripts/init-premount/lab-scsi" <<'END'
#!/bin/sh
[ "$1" != prereqs ] || exit 0
grep -q scsi_mod.scan=manual /proc/cmdline || exit 0
modprobe virtio_scsi
modprobe sd_mod
for host in /sys/class/scsi_host/host*; do break; done
for target in 0 1 2; do
	echo "0 $target 0" >"$host/scan"
	tries=0
	while [ "$(ls -d /sys/class/block/sd? 2>/dev/null | wc -l)" -le $target ] && [ $tries -lt 200 ]; do
		sleep 0.05
		tries=$((tries + 1))
	done
done
END
	chmod +x "$r/etc/initramfs-tools/scripts/init-premount/lab-scsi"
}

# One that sudo asks nothing, one that it asks for a password, one that it refuses.
users() {
	chroot "$r" useradd -m -s /bin/bash -G sudo,docker,adm twister
	chroot "$r" useradd -m -s /bin/bash -G sudo asks
	chroot "$r" useradd -m -s /bin/bash plain
	local user password home
	password=$(cat "$keys/password")
	for user in root twister asks plain; do
		printf '%s:%s\n' "$user" "$password" | chroot "$r" chpasswd
		home=$(chroot "$r" getent passwd "$user" | cut -d: -f6)
		install -d -m700 "$r$home/.ssh"
		install -m600 "$keys/id_ed25519.pub" "$r$home/.ssh/authorized_keys"
		chroot "$r" chown -R "$user:" "$home/.ssh"
	done
	echo 'twister ALL=(ALL) NOPASSWD:ALL' >"$r/etc/sudoers.d/twister"
	chmod 440 "$r/etc/sudoers.d/twister"
}

# QEMU's own network always hands out 10.0.2.15.
network() {
	echo EdgeServer >"$r/etc/hostname"
	printf '127.0.0.1 localhost\n127.0.1.1 EdgeServer\n' >"$r/etc/hosts"
	mkdir -p "$r/etc/systemd/network"
	cat >"$r/etc/systemd/network/10-eth0.network" <<'END'
[Match]
Name=eth0
[Network]
Address=10.0.2.15/24
Gateway=10.0.2.2
LinkLocalAddressing=no
IPv6AcceptRA=no
END
	chroot "$r" systemctl enable systemd-networkd >/dev/null 2>&1
	echo 'UseDNS no' >"$r/etc/ssh/sshd_config.d/lab.conf"
	chroot "$r" ssh-keygen -A >/dev/null
}

# Ubuntu keeps the journal; what only costs time at boot and is in nobody's way is masked.
services() {
	local unit
	mkdir -p "$r/var/log/journal" "$r/etc/systemd/system.conf.d"
	for unit in apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap.service \
		systemd-networkd-wait-online.service smartmontools.service dpkg-db-backup.timer \
		xfs_scrub_all.timer fstrim.timer; do
		ln -sf /dev/null "$r/etc/systemd/system/$unit"
	done
	# Emulated, everything takes ten times as long.
	printf '[Manager]\nDefaultTimeoutStartSec=600s\nDefaultDeviceTimeoutSec=600s\n' \
		>"$r/etc/systemd/system.conf.d/lab.conf"
	systemd-machine-id-setup --root "$r" >/dev/null 2>&1 || :
	[ -s "$r/etc/machine-id" ] || tr -d - </proc/sys/kernel/random/uuid >"$r/etc/machine-id"
}

# kubectl stands where k3s' stands (cron's PATH does not have it), and finds k3s' configuration by itself, as k3s' does.
kubectl() {
	mkdir -p "$r/usr/lib/lab" "$r/etc/rancher/k3s"
	mv "$r/usr/bin/kubectl" "$r/usr/lib/lab/kubectl"
	cat >"$r/usr/local/bin/kubectl" <<'END'
#!/bin/sh
if [ -z "${KUBECONFIG-}" ] && [ -r /etc/rancher/k3s/k3s.yaml ]; then
	export KUBECONFIG=/etc/rancher/k3s/k3s.yaml
fi
exec /usr/lib/lab/kubectl "$@"
END
	chmod +x "$r/usr/local/bin/kubectl"
	# As on a server whose k3s is stopped, until a cluster is joined.
	cat >"$r/etc/rancher/k3s/k3s.yaml" <<'END'
apiVersion: v1
kind: Config
clusters:
- {name: default, cluster: {server: "https://127.0.0.1:6443", insecure-skip-tls-verify: true}}
users:
- {name: default, user: {token: none}}
contexts:
- {name: default, context: {cluster: default, user: default}}
current-context: default
END
	chmod 600 "$r/etc/rancher/k3s/k3s.yaml"
}

# What dumps PostgreSQL and Redis at night, as in the report of Phase 0.
backups() {
	cat >"$r/usr/local/bin/twisterlab-backup" <<'END'
#!/bin/sh
# twisterlab-backup postgres|redis
umask 077
log=/var/log/twisterlab-backup.log
folder=/var/backups/$1
file=$folder/$1-$(date +%Y%m%d-%H%M%S)
mkdir -p "$folder"
case $1 in
postgres)
	file=$file.sql.gz
	runuser -u postgres -- pg_dumpall >"$file.tmp" && gzip -c "$file.tmp" >"$file"
	;;
redis)
	file=$file.rdb
	redis-cli --rdb "$file" >/dev/null 2>&1
	;;
esac
rc=$?
rm -f "$file.tmp"
echo "$(date '+%Y-%m-%d %H:%M:%S') $1 backup: $file $(stat -c %s "$file") bytes, status $rc" >>"$log"
exit $rc
END
	chmod +x "$r/usr/local/bin/twisterlab-backup"
	cat >"$r/etc/cron.d/twisterlab-backup" <<'END'
0 2 * * * root /usr/local/bin/twisterlab-backup postgres
15 2 * * * root /usr/local/bin/twisterlab-backup redis
END
	# Little memory: this is a small machine.
	local conf
	for conf in "$r"/etc/postgresql/*/main/conf.d; do
		printf 'shared_buffers = 16MB\njit = off\nfsync = off\n' >"$conf/lab.conf"
	done
}

late() {
	users
	network
	services
	kubectl
	backups
	rm -rf "$r"/var/cache/apt/archives/*.deb "$r"/var/lib/apt/lists/*
}

part=$1 r=$2 keys=${3-}
"$part"
