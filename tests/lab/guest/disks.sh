#!/bin/bash
# disks.sh ROOT.tar.zst OUT VARIANT: three sparse disks of EdgeServer's sizes, the kernel to boot them with,
# and in OUT/root the name of the root device.
#
# The host needs no device-mapper: LVM's metadata is written with activation=0, and the root filesystem is
# made through a loop device that is laid over the volume's extents.
set -euo pipefail

GiB=$((1024 * 1024 * 1024)) MiB=$((1024 * 1024))
tar=$(realpath "$1") variant=$3
cd "$2"

vg=ubuntu-vg lv=ubuntu-lv fs=ext4
case $variant in
plain | nolvm) ;;
names) vg=vg0 lv=root ;;
xfs) fs=xfs ;;
*)
	echo "disks.sh: $variant: no such variant (plain, names, xfs, nolvm)" >&2
	exit 2
	;;
esac

loops=() mounts=() folder=
cleanup() {
	local it
	for it in "${mounts[@]}"; do umount "$it" || umount -l "$it" || :; done
	for it in "${loops[@]}"; do losetup -d "$it" || :; done
	[ -z "$folder" ] || rmdir "$folder"
} 2>/dev/null
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# loop OFFSET BYTES: lays a loop device over that part of sdb, its name in $device.
loop() {
	device=$(losetup -f --show -o "$1" --sizelimit "$2" sdb.raw)
	loops+=("$device")
}

lvm_quietly() {
	lvm "$@" --config "devices { filter=[\"a|^$pv\$|\",\"r|.*|\"] obtain_device_list_from_udev=0 use_devicesfile=0 }
		global { activation=0 use_lvmpolld=0 } backup { backup=0 archive=0 }" 2> >(grep -v -E \
		'device-mapper|/dev/mapper/control|compiled-in|Incompatible|NOT backed up|not zeroed' >&2)
}

# ext4 as df showed it: 98G, and nothing held back for root (see README).
make_fs() { # DEVICE TYPE LABEL
	case $2 in
	ext4) mkfs.ext4 -q -m 0 -L "$3" -E assume_storage_prezeroed=1,nodiscard "$1" ;;
	xfs) mkfs.xfs -q -f -K -L "$3" "$1" ;;
	esac
}

truncate -s $((279 * GiB)) sda.raw
truncate -s $((298 * GiB)) sdb.raw
truncate -s $((279 * GiB)) sdc.raw

# As Ubuntu's installer lays it out: 1 BIOS boot, 2 /boot, 3 the physical volume.
sfdisk -q sdb.raw <<END
label: gpt
start=1MiB, size=1MiB, type=21686148-6449-6E6F-744E-656564454649
start=2MiB, size=2GiB, type=linux
start=2050MiB, $([ "$variant" != nolvm ] || echo 'size=100GiB,') type=$([ "$variant" = nolvm ] && echo linux || echo lvm)
END
root_at=$((2050 * MiB)) root_size=$((100 * GiB))

if [ "$variant" = nolvm ]; then
	source=/dev/sdb3
else
	export LVM_SUPPRESS_FD_WARNINGS=1 DM_DISABLE_UDEV=1
	sectors=$(sfdisk -l -o Sectors sdb.raw | tail -n 1)
	loop $root_at $((sectors * 512))
	pv=$device
	lvm_quietly pvcreate -q -ff -y "$pv" >/dev/null
	lvm_quietly vgcreate -q -y "$vg" "$pv" >/dev/null
	lvm_quietly lvcreate -q -y -an -Zn -Wn -L $root_size'b' -n "$lv" "$vg" >/dev/null
	start=$(lvm_quietly pvs --noheadings --nosuffix --units b -o pe_start "$pv" | tr -d ' ')
	losetup -d "$pv"
	unset 'loops[-1]'
	root_at=$((root_at + start))
	source=/dev/mapper/${vg//-/--}-${lv//-/--}
fi
echo "$source" >root

loop $root_at $root_size
root_device=$device
loop $((2 * MiB)) $((2 * GiB))
boot_device=$device
make_fs "$boot_device" ext4 BOOT
make_fs "$root_device" $fs root
for disk in sda sdc; do
	mkfs.ext4 -q -F -L data-$disk -E assume_storage_prezeroed=1,nodiscard $disk.raw
done

folder=$(mktemp -d -p .)
r=$folder
mount "$root_device" "$r"
mounts=("$r")
mkdir "$r/boot"
mount "$boot_device" "$r/boot"
mounts=("$r/boot" "$r")
zstd -q -dc "$tar" | tar -C "$r" --xattrs --xattrs-include='*' --numeric-owner -xpf -
cp "$r"/boot/vmlinuz-* vmlinuz
cp "$r"/boot/initrd.img-* initrd.img

mkdir -p "$r/twisterlab/ai-storage" "$r/twisterlab/data-warehouse"
cat >"$r/etc/fstab" <<END
$source / $fs defaults 0 1
LABEL=BOOT /boot ext4 defaults,nofail,x-systemd.device-timeout=120s 0 2
LABEL=data-sda /twisterlab/ai-storage ext4 defaults,nofail 0 2
LABEL=data-sdc /twisterlab/data-warehouse ext4 defaults,nofail 0 2
END

# A log of SIZE, with something to read at both ends; between them is space that was only allocated.
big_log() { # NAME SIZE
	local file=$r/var/log/$1
	kernel_lines >"$file"
	fallocate -l "$2" "$file"
	kernel_lines >>"$file"
	chown 0:4 "$file"
	chmod 640 "$file"
}

kernel_lines() {
	awk 'BEGIN {
		print ""
		for (n = 1; n <= 200; n++)
			printf "2026-02-04T09:%02d:%02d EdgeServer kernel: [%d.678901] docker0: port 1(veth0) entered blocking state\n",
				n / 60, n % 60, 12000 + n
	}'
}

# The documents' 28 GB of logs, 12 of them kern.log; what is missing is the journal (live.sh).
big_log kern.log 12G
big_log kern.log.1 4G
big_log syslog 3G
big_log syslog.1 4G
big_log auth.log.1 1G

# Images and volumes; live.sh adds what is missing to 82G.
mkdir -p "$r/var/lib/rancher/k3s/agent/containerd"
fallocate -l 47G "$r/var/lib/rancher/k3s/agent/containerd/content"

umount "$r/boot" "$r"
mounts=()
loop_sdc=$(losetup -f --show sdc.raw)
loops+=("$loop_sdc")
mount "$loop_sdc" "$r"
mounts=("$r")
fallocate -l 70G "$r/warehouse.img"
umount "$r"
mounts=()
fallocate -d sdb.raw # mkfs.xfs writes its empty log out
sync -f .
