#!/bin/sh
# Phase 1's measure-disks on a made-up server, on each shell.
set -u
# shellcheck source=tests/steps/lib.sh
. "${TOP_SRCDIR:?}/tests/steps/lib.sh"

edge() {
	server "$1"
	fakes disks lsblk hdparm
	put disks "sda disk 1 300000000000 ST300MM0006
sdb disk 1 320000000000 MR9271-8i\\x20298G
sdb1 part 1 1048576
nvme0n1 disk 0 500000000000 Samsung
sr0 rom 1 1048576 DVD
zram0 disk 0 1073741824
sdz disk 1 0 empty\\x20reader"
	put mute ''
	params="disk='rotational'"
}

marks() { sed -n "s/^[0-9]* $1 //p" "$scratch/marks"; }

for shell in $TEST_SHELLS; do
	case='all that turn'
	edge "$shell"
	part measure-disks preflight
	is "$status" 0
	part measure-disks check
	is "$status" 1
	part measure-disks plan
	is "$out" '$ hdparm -Tt /dev/sda
$ hdparm -Tt /dev/sdb'
	is "$(got log)" ''
	part measure-disks apply
	is "$(got log)" 'hdparm -Tt /dev/sda
hdparm -Tt /dev/sdb'
	keep_output=yes # a job's parts write to one output
	part measure-disks verify
	keep_output=
	is "$status" 0
	is "$(marks fact)" '=phase.read-speed.sda =124256256
=phase.cache-speed.sda =10238547722
=phase.read-speed.sdb =1048576
=phase.cache-speed.sdb =10238547722'
	case='one that does not turn'
	params="disk='nvme0n1'"
	part measure-disks apply
	keep_output=yes
	part measure-disks verify
	keep_output=
	is "$(marks fact | head -n 1)" '=phase.read-speed.nvme0n1 =2147483648'
	case='choices'
	part measure-disks choices disk
	is "$(marks choice)" '=rotational =sda%20sdb =1
=nvme0n1 =nvme0n1%20465%20GiB%20Samsung =0
=sda =sda%20279%20GiB%20ST300MM0006 =0
=sdb =sdb%20298%20GiB%20MR9271-8i%20298G =0'
	case='a disk that says nothing'
	edge "$shell"
	put mute sdb
	part measure-disks apply
	said no-answer
	keep_output=yes
	part measure-disks verify
	keep_output=
	[ "$status" -ne 0 ] || fail 'verify passed'
	said no-figure
	said measured
	case='nothing was measured'
	edge "$shell"
	part measure-disks verify
	[ "$status" -ne 0 ] || fail 'verify passed'
	case='none turns'
	put disks 'nvme0n1 disk 0 500000000000 Samsung'
	part measure-disks preflight
	blocked none-rotational
	case='no such disk'
	params="disk='sdq'"
	part measure-disks preflight
	blocked no-disk
	case='hostile disks'
	edge "$shell"
	# shellcheck disable=SC2016
	put disks '$(touch${IFS}/hacked) disk 1 300000000000 x
-a disk 1 300000000000 x
../sda disk 1 300000000000 x
sdc disk 1 x[$(touch${IFS}/hacked)] y
sdd disk 1 300000000000 $(touch /hacked)%s\033[31m`id`'
	part measure-disks plan
	is "$out" '$ hdparm -Tt /dev/sdd'
	part measure-disks choices disk
	is "$status" 0
	[ ! -e /hacked ] || fail 'something was run'
	case='without hdparm'
	edge "$shell"
	rm "$scratch/bin/hdparm"
	part measure-disks preflight
	blocked no-tool
done
finish
