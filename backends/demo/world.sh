#!/bin/sh
# world.sh ROOT WHICH SEED: fills the empty folder ROOT with the simulated EdgeServer.
#
# WHICH is phase-0 (4 February: disk filling up), phase-1 (Phase 0 done) or phase-1b (Phase 1, too; an SSD is plugged in). SEED 0 gives the documents'
# figures, any other varies sizes and counts. Read from the environment:
#   DEMO_SUDO      nopasswd (default), password (it is "twister"), denied, none
#   DEMO_WITHOUT   tools that this server lacks: "docker kubectl lvm"
#   DEMO_FAIL      switches in demo/fail that are on from the start: "fs-stuck kube=timeout lvm.once"
#   DEMO_FAST      set: nothing takes longer than it must
#   DEMO_SPARSE=no leaves the big files to the caller: demo/sparse lists size, mtime, path
# Nothing outside ROOT is written.
set -eu
LC_ALL=C
export LC_ALL
case $0 in
/*) here=${0%/*} ;;
*/*) here=$PWD/${0%/*} ;;
*) here=$PWD ;;
esac
root=$1 which=$2 seed=$3
case $which in phase-0 | phase-1 | phase-1b) ;; *) echo "world.sh: no such world: $which" >&2; exit 2 ;; esac
case $seed in '' | *[!0-9]*) echo "world.sh: not a number: $seed" >&2; exit 2 ;; esac
umask 022
cd "$root"

journal=var/log/journal/61daef6e575743178be0b718b265ec0b
mkdir -p demo/bin demo/real demo/fail demo/units demo/docker demo/k8s demo/db demo/pods/bin demo/journal \
	proc/sys/kernel/random proc/sys/fs proc/self boot/efi proc/1 proc/902/fd proc/1688/fd proc/2688/fd proc/1014 proc/1127 proc/1133 proc/1402 proc/1688 \
	proc/2412 proc/2519 proc/2610 proc/2688 proc/2714 proc/2801 dev/disk/by-id dev/mapper dev/ubuntu-vg dev/shm \
	etc/docker etc/lvm/archive etc/lvm/backup etc/cron.d etc/cron.daily etc/cron.hourly etc/logrotate.d \
	etc/systemd/system etc/systemd/journald.conf.d etc/rancher/k3s \
	home/twister/.config home/twister/.local/state home/twister/.local/share root run/lock run/systemd/system run/user tmp \
	twisterlab/ai-storage twisterlab/data-warehouse usr/bin usr/sbin usr/local/bin usr/local/sbin usr/lib sbin \
	srv "$journal" var/log/pods var/log/containers var/log/twisterlab var/log/apt \
	var/backups/postgres var/backups/redis var/lib/docker/overlay2 var/lib/docker/containers var/lib/docker/buildkit var/lib/docker/volumes/portainer_data var/lib/docker/volumes/registry_data var/lib/docker/volumes/pgadmin_data opt/containerd var/cache/apt var/lib/twistertui \
	var/lib/rancher/k3s/agent/containerd/images var/lib/logrotate var/spool/cron/crontabs var/tmp
chmod 700 etc/lvm/archive etc/lvm/backup root

# What the server has: simulated tools, and pure ones of this machine. Anything else is "not found".
pure='awk base64 basename cat chmod cksum cmp comm cp cut date dd diff dirname echo env expr fallocate false find flock fold getconf
	grep egrep fgrep gunzip gzip head join kill ln md5sum mkdir mkfifo mktemp mv nice nl nohup od paste printenv printf pwd
	readlink realpath rm rmdir sed seq setsid sh sha256sum sha512sum shuf sleep sort split stat stdbuf tac tail tar
	tee test timeout touch tr true truncate tsort uniq wc xargs yes zcat ['
links=
for tool in $pure; do
	for dir in /usr/bin /bin /usr/sbin /sbin; do
		if [ -x "$dir/$tool" ]; then
			links="$links $dir/$tool"
			break
		fi
	done
done
for tool in du ls; do
	for dir in /usr/bin /bin; do
		[ ! -x "$dir/$tool" ] || { ln -s "$dir/$tool" "demo/real/$tool"; break; }
	done
done
# shellcheck disable=SC2086 # a list of words
ln -s $links "$here"/tools/* demo/bin/
ln -s "$here/lib" demo/lib
# What is in the pods: a shell, a few pure tools, and those of the database.
ln -s "$here/pods/postgres" "$here/pods/redis" demo/pods/
links=
for tool in sh cat rm mktemp tr sed sort awk head tail env echo sleep; do
	[ ! -e "demo/bin/$tool" ] || links="$links ../../bin/$tool"
done
# shellcheck disable=SC2086 # a list of words
ln -s $links demo/pods/bin/
for lack in ${DEMO_WITHOUT:-}; do
	case $lack in
	docker) rm -f demo/bin/docker demo/bin/dockerd ;;
	kubectl) rm -f demo/bin/kubectl demo/bin/k3s ;;
	lvm) rm -f demo/bin/lvs demo/bin/vgs demo/bin/pvs demo/bin/lv[a-z]* demo/bin/vg[a-z]* demo/bin/pv[a-z]* ;;
	*) rm -f "demo/bin/${lack##*/}" ;;
	esac
done
for switch in ${DEMO_FAIL:-}; do
	case ${switch%%=*} in
	*/*) ;;
	*) case $switch in
		*=*) printf '%s\n' "${switch#*=}" >"demo/fail/${switch%%=*}" ;;
		*) : >"demo/fail/$switch" ;;
		esac ;;
	esac
done
sudo=${DEMO_SUDO:-nopasswd}
[ "$sudo" != none ] || rm -f demo/bin/sudo
[ -z "${DEMO_FAST:-}" ] || : >demo/fast
# Who writes to the large logs.
hold() {
	ln -s "$root/var/log/$3" "proc/$1/fd/$2"
}
hold 902 7 kern.log
hold 902 8 syslog
hold 902 9 auth.log
hold 1688 11 pods/twisterlab_builder.log
hold 2688 5 twisterlab/api.log
hold 2688 6 twisterlab/agents.log
ln -s ../dm-0 dev/mapper/ubuntu--vg-ubuntu--lv
ln -s ../dm-0 dev/ubuntu-vg/ubuntu-lv
named() {
	ln -s "../../$2" "dev/disk/by-id/$1"
}
named scsi-0SEAGATE_ST300MM0006_S0K1EDGE0000 sda
named wwn-0x5000c5007e1f0000 sda
named scsi-0SEAGATE_MR9271-8i-298G_S0K1EDGE0001 sdb
for part in 1 2 3; do
	named "scsi-0SEAGATE_MR9271-8i-298G_S0K1EDGE0001-part$part" "sdb$part"
done
named lvm-pv-uuid-fHLxKw-DJwK-bcLh-ivM7-oFWD-t3bU-d1c4aX sdb3
named dm-name-ubuntu--vg-ubuntu--lv dm-0
named scsi-0SEAGATE_ST300MM0006_S0K1EDGE0002 sdc
named wwn-0x5000c5007e1f0002 sdc
if [ "$which" = phase-1b ]; then
	named ata-SAMSUNG_MZ7LH480HAHQ-00005_S45PNA0M100042 sdd
	named wwn-0x5002538e1001a042 sdd
fi

# The MCP image as docker save leaves it, small: an archive that its step can import.
mkdir demo/image demo/image/0f1e2d3c
printf 'simulated\n' >demo/image/0f1e2d3c/layer.tar
printf '{"architecture":"amd64","os":"linux"}\n' >demo/image/5a6b7c8d.json
printf '[{"Config":"5a6b7c8d.json","RepoTags":["twisterlab/mcp-unified:1.0"],"Layers":["0f1e2d3c/layer.tar"]}]\n' >demo/image/manifest.json
(cd demo/image && tar -cf ../../home/twister/mcp-unified-1.0.tar 0f1e2d3c 5a6b7c8d.json manifest.json)
rm -rf demo/image
# What may be built.
mkdir -p home/twister/twisterlab/mcp-unified home/twister/twisterlab/api
printf 'FROM python:3.11-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nCMD ["python", "-m", "mcp"]\n' \
	>home/twister/twisterlab/mcp-unified/Dockerfile
printf 'FROM node:20-alpine\nCOPY . .\nRUN npm ci\nCMD ["node", "api.js"]\n' >home/twister/twisterlab/api/Dockerfile

awk -v root="$root" -v which="$which" -v seed="$seed" -v sudo="$sudo" -v now="$(date +%s)" \
	-v journal="$journal" -f "$here/world.awk"
chmod 600 etc/rancher/k3s/k3s.yaml
# What the daemon came up with.
awk -f "$here/lib/daemon.awk" </dev/null >demo/docker/config

# What the operator has brought: Harbor's installer, small (its archive only lists its images).
if [ "$which" = phase-1 ]; then
	mkdir -p demo/harbor/harbor
	cp "$here"/harbor/* demo/harbor/harbor/
	(
		cd demo/harbor
		printf 'goharbor/%s v2.11.1 %s\n' prepare 212000000 harbor-log 168000000 registry-photon 88000000 harbor-registryctl 165000000 \
			harbor-db 270000000 harbor-core 201000000 harbor-portal 162000000 harbor-jobservice 177000000 redis-photon 168000000 \
			nginx-photon 154000000 >images
		tar -czf - images >harbor/harbor.v2.11.1.tar.gz
		chmod 755 harbor/install.sh harbor/prepare
		tar -czf - harbor >"$root/opt/harbor-offline-installer.tgz"
	)
	rm -r demo/harbor
fi

if [ "${DEMO_SPARSE:-yes}" != no ]; then
	# One process for all of a size, and one for all of a time.
	awk '{ sized[$1] = sized[$1] " " $3; dated[$2] = dated[$2] " " $3 }
		END {
			for (size in sized) print "truncate -s " size sized[size]
			for (time in dated) print "touch -d @" time dated[time]
		}' demo/sparse | sh -eu
fi
