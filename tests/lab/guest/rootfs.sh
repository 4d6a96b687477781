#!/bin/bash
# rootfs.sh OUT.tar SUITE KEYS: EdgeServer's files, from Debian packages alone, as a tar.
# KEYS: the folder with id_ed25519.pub and passwords.
set -euo pipefail
out=$1 suite=$2 keys=$3
here=$(cd "$(dirname "$0")" && pwd)

packages=linux-image-amd64,systemd,systemd-sysv,udev,dbus,initramfs-tools,zstd
packages+=,lvm2,e2fsprogs,xfsprogs,parted,fdisk,gdisk,util-linux,hdparm,smartmontools
packages+=,openssh-server,sudo,iproute2,netbase,iputils-ping,procps,psmisc
packages+=,cron,logrotate,rsyslog,gzip,bzip2,xz-utils,rsync,ca-certificates,less
packages+=,docker.io,busybox-static,iptables,postgresql,redis-server
case $suite in
bookworm) packages+=,kubernetes-client ;;
*) packages+=,docker-cli,kubectl ;; # 26 has the client in a package of its own
esac

# Manuals, translations, and the compiler that PostgreSQL only uses for long queries, take space for nothing here.
exec mmdebstrap --mode=root --variant=minbase --include="$packages" \
	--aptopt='Apt::Install-Recommends "0"' \
	--aptopt='Acquire::Languages "none"' \
	--dpkgopt='force-unsafe-io' \
	--dpkgopt='path-exclude=/usr/share/man/*' \
	--dpkgopt='path-exclude=/usr/share/doc/*' \
	--dpkgopt='path-include=/usr/share/doc/*/copyright' \
	--dpkgopt='path-exclude=/usr/share/locale/*' \
	--dpkgopt='path-exclude=/usr/lib/x86_64-linux-gnu/libLLVM*' \
	--dpkgopt='path-exclude=/usr/lib/llvm*' \
	--essential-hook="$here/customize.sh early \"\$1\"" \
	--customize-hook="$here/customize.sh late \"\$1\" $keys" \
	"$suite" "$out"
