#!/bin/bash
# boot.sh DISKS RUN PORT [QEMU-ARGUMENT...]: starts qemu on RUN/sd?.qcow2 (made over DISKS' when they are not there),
# with the guest's sshd on 127.0.0.1:PORT, and goes to the background.
#
# Emulated (tcg) on purpose: it works everywhere, KVM inside of other virtual machines does not. tsc=reliable: Linux trusts the
# counters of an emulated processor of this age only when told to; without it every look at the clock leaves the guest. LAB_CPUS:
# how many processors; two are faster for one server on two cores, one each for two servers at once.
set -euo pipefail
disks=$1 run=$2 port=$3
shift 3

# shellcheck disable=SC2054 # qemu's own commas
arguments=(
	-machine q35 -accel tcg,thread=multi,tb-size=512 -cpu max -smp "${LAB_CPUS:-2}" -m 1280
	-nodefaults -no-user-config -display none -no-reboot
	-kernel "$disks/vmlinuz" -initrd "$disks/initrd.img"
	-append "root=$(cat "$disks/root") rw console=ttyS0 net.ifnames=0 panic=-1 scsi_mod.scan=manual mitigations=off quiet audit=0 apparmor=0 nokaslr tsc=reliable"
	-serial "file:$run/console.log"
	-netdev "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:$port-:22"
	-device virtio-net-pci,netdev=net,romfile=
	-device virtio-rng-pci -device virtio-scsi-pci,id=scsi
	-qmp "unix:$run/qmp.sock,server=on,wait=off" -pidfile "$run/qemu.pid"
)
n=0
for disk in sda sdb sdc; do
	[ -f "$run/$disk.qcow2" ] ||
		qemu-img create -q -f qcow2 -F raw -b "$disks/$disk.raw" "$run/$disk.qcow2"
	case $disk in
	sdb) kind=rotation_rate=7200,product=MR9271-8i-298G ;;
	*) kind=rotation_rate=10000,product=ST300MM0006 ;;
	esac
	# unsafe: the guest's flushes need not reach the host's disk; the host does not lose its power.
	arguments+=(-drive "if=none,id=$disk,file=$run/$disk.qcow2,format=qcow2,cache=unsafe,discard=unmap"
		-device "scsi-hd,bus=scsi.0,scsi-id=$n,drive=$disk,vendor=SEAGATE,serial=EDGE000$n,$kind")
	n=$((n + 1))
done
exec qemu-system-x86_64 "${arguments[@]}" "$@" -daemonize
