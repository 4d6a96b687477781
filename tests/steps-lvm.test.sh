#!/bin/sh
# Phase 1's extend-lvm on a made-up server, on each shell: every way it can end.
set -u
# shellcheck source=tests/steps/lib.sh
. "${TOP_SRCDIR:?}/tests/steps/lib.sh"

# EdgeServer: 100 GiB of a 296 GiB group, 26214400 blocks of ext4.
edge() {
	server "$1"
	fakes lvm findmnt df lvs vgs vgcfgbackup lvextend lvreduce dumpe2fs resize2fs
	put device /dev/mapper/ubuntu--vg-ubuntu--lv
	put mount '/dev/mapper/ubuntu--vg-ubuntu--lv ext4 rw,relatime,errors=remount-ro'
	put vg ubuntu-vg
	put lv ubuntu-lv
	put lv_attr -wi-ao----
	put vg_attr wz--n-
	put extent_size 4194304
	put extents 25600
	put free 50175
	put blocks 26214400
	put used 88046829568
	put features resize_inode
	put fs_state clean
	put fault ''
	params="to='150G'"
}

blocked_by() { # ID, then states to set as NAME=VALUE
	case=$1
	edge "$shell"
	id=$1
	shift
	for state in "$@"; do
		put "${state%%=*}" "${state#*=}"
	done
	part extend-lvm preflight
	blocked "$id"
}

works() {
	case='from start to end'
	edge "$shell"
	part extend-lvm preflight
	is "$status" 0
	said fits
	part extend-lvm check
	is "$status" 1
	part extend-lvm plan
	is "$status" 0
	shows '25600 + 12800 = 38400 extents x 4194304 = 161061273600 bytes (150.00 GiB)'
	shows '50175 - 12800 = 37375 extents'
	shows '+ext4: 39321600 blocks x 4096 = 161061273600 bytes'
	shows 'lvextend -r -l 38400 ubuntu-vg/ubuntu-lv'
	is "$(got log)" ''
	is "$(sed -n 's/.* =about //p' "$scratch/marks")" '=147G =82G =65G =56%25'
	first=$out
	put used 99046829568
	part extend-lvm plan
	is "$out" "$first"
	part extend-lvm apply
	is "$status" 0
	is "$(tail -n 1 "$scratch/state/log")" 'lvextend -r -l 38400 ubuntu-vg/ubuntu-lv'
	[ -s "$scratch/root/var/backups/twistertui/ubuntu-vg-ubuntu-lv-25600.vgcfg" ] || fail 'no backup'
	part extend-lvm verify
	is "$status" 0
	is "$(sed -n 's/.* =after \(=[^ ]*\) .*/\1/p' "$scratch/marks")" =147G
	case='run twice'
	put log ''
	: >"$scratch/state/log"
	part extend-lvm preflight
	is "$status" 0
	part extend-lvm check
	is "$status" 0
	said already
	is "$(got log)" ''
	case='undo of one that grew'
	part extend-lvm undo
	is "$status" 1
	said undo-grown
	is "$(got log)" ''
	is "$(got extents)" 38400
}

fails() {
	case='the filesystem did not grow'
	edge "$shell"
	put fault resize
	part extend-lvm apply
	part extend-lvm verify
	is "$status" 1
	said not-grown
	part extend-lvm undo
	is "$status" 0
	said undone
	is "$(got extents)" 25600
	is "$(got free)" 50175
	part extend-lvm undo
	is "$status" 0
	said undo-nothing
	case='says yes, does nothing'
	edge "$shell"
	put fault lie
	part extend-lvm apply
	is "$status" 0
	part extend-lvm verify
	is "$status" 1
	said still-short
	case='lvextend refuses'
	edge "$shell"
	put fault refuse
	part extend-lvm apply
	[ "$status" -ne 0 ] || fail 'apply passed'
	part extend-lvm verify
	is "$status" 1
	case='no backup, no change'
	edge "$shell"
	put fault backup
	part extend-lvm apply
	is "$status" 1
	said no-backup
	is "$(got extents)" 25600
	case='undo without a record'
	edge "$shell"
	part extend-lvm undo
	is "$status" 1
	said undo-no-record
	is "$(got log)" ''
	case='undo with a broken record'
	mkdir -p "$scratch/root/var/backups/twistertui"
	# shellcheck disable=SC2016
	printf 'ubuntu-vg\nubuntu-lv\nx[$(touch %s/hacked)]\n' "$scratch" >"$scratch/root/var/backups/twistertui/extend-lvm"
	part extend-lvm undo
	is "$status" 1
	said undo-no-record
}

# Cut short after lvextend, before the filesystem: the next run grows only that, and forgets nothing.
half() {
	case='the volume is there, the filesystem is not'
	edge "$shell"
	put fault resize
	part extend-lvm apply
	put fault ''
	: >"$scratch/state/log"
	part extend-lvm preflight
	is "$status" 0
	part extend-lvm check
	is "$status" 1
	part extend-lvm plan
	shows 'resize2fs /dev/mapper/ubuntu--vg-ubuntu--lv'
	part extend-lvm apply
	is "$(got log)" 'resize2fs /dev/mapper/ubuntu--vg-ubuntu--lv'
	part extend-lvm verify
	is "$status" 0
	is "$(sed -n 3p "$scratch/root/var/backups/twistertui/extend-lvm")" 25600
}

other_sizes() {
	case='already larger'
	edge "$shell"
	params="to='80G'"
	part extend-lvm check
	is "$status" 0
	case='part of an extent'
	params="to='100.001G'"
	part extend-lvm plan
	shows '25600 + 1 = 25601 extents'
	case='terabytes'
	params="to='1.5T'"
	part extend-lvm preflight
	blocked too-little
	case='xfs'
	edge "$shell"
	fakes lvm xfs_info xfs_growfs
	put mount '/dev/mapper/ubuntu--vg-ubuntu--lv xfs rw,relatime'
	part extend-lvm preflight
	is "$status" 0
	part extend-lvm apply
	part extend-lvm verify
	is "$status" 0
}

hostile() {
	case='hostile names'
	# shellcheck disable=SC2016 # nothing of it may be run
	for name in '$(touch hacked)' '-rf' 'a b' 'x;touch hacked' "it's" 'new
line' '../x' 'a|b'; do
		edge "$shell"
		put vg "$name"
		part extend-lvm preflight
		[ "$status" -ne 0 ] || fail "$name passed"
		is "$(got log)" ''
	done
	case='hostile figures'
	# shellcheck disable=SC2016
	for figure in 'x[$(touch hacked)]' '' '-5' '1e9' 'extents'; do
		edge "$shell"
		put free "$figure"
		part extend-lvm preflight
		blocked lvm-unread
		edge "$shell"
		put blocks "$figure"
		part extend-lvm preflight
		blocked filesystem-unread
	done
	case='odd but legal names'
	edge "$shell"
	put vg 'vg.0+_-a'
	put lv 'lv_1.+-'
	part extend-lvm plan
	shows 'vg.0+_-a/lv_1.+-'
	[ -z "$(find "$scratch" / -maxdepth 1 -name hacked)" ] || fail 'something was run'
}

missing_tools() {
	for name in findmnt lvs vgs vgcfgbackup lvextend lvreduce resize2fs; do
		case="without $name"
		edge "$shell"
		rm "$scratch/bin/$name"
		part extend-lvm preflight
		blocked no-tool
	done
}

for shell in $TEST_SHELLS; do
	works
	fails
	half
	other_sizes
	hostile
	[ "$shell" = dash ] || continue # what follows asks no more of the shell than that did
	missing_tools
	blocked_by not-lvm 'mount=/dev/sda1 ext4 rw'
	blocked_by not-lvm 'mount='
	blocked_by other-filesystem 'mount=/dev/mapper/ubuntu--vg-ubuntu--lv btrfs rw'
	blocked_by read-only 'mount=/dev/mapper/ubuntu--vg-ubuntu--lv ext4 ro,relatime'
	blocked_by snapshot lv_attr=owi-aos---
	blocked_by not-linear lv_attr=Vwi-aotz--
	blocked_by not-linear lv_attr=rwi-aor---
	blocked_by not-writable lv_attr=-ri-ao----
	blocked_by vg-closed vg_attr=rz--n-
	blocked_by vg-partial vg_attr=wz-pn-
	blocked_by no-resize-inode features=extent
	blocked_by errors 'fs_state=clean with errors'
	blocked_by too-little free=12799
	blocked_by odd-name vg=-a
done
finish
