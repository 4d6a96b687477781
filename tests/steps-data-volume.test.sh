#!/bin/sh
# Phase 1B's data-volume on the built-in EdgeServer with an added SSD: as it should go, each refusal, what goes wrong on the way,
# what is found of a run that was cut short, and the undo.
# shellcheck disable=SC2016 # commands for the simulated server
set -u
# shellcheck source=tests/steps/lib.sh
. "${TOP_SRCDIR:?}/tests/steps/lib.sh"
# shellcheck source=tests/steps/demo.sh
. "$top/tests/steps/demo.sh"
phase=$top/phases/1b-data-disk

ssd=ata-SAMSUNG_MZ7LH480HAHQ-00005_S45PNA0M100042
sdb3=scsi-0SEAGATE_MR9271-8i-298G_S0K1EDGE0001-part3
choices() { sed -n 's/^[0-9]* choice =\([^ ]*\) .*/\1/p' "$scratch/marks"; }
# ask [NAME VALUE]...: the parameters, those named with another value.
# shellcheck disable=SC2120 # most want the usual ones
ask() {
	on=$ssd size=100G name=docker-data type=ext4 at=/srv/docker-data
	while [ $# -gt 0 ]; do
		eval "$1=\$2"
		shift 2
	done
	params="on='$on' size='$size' name='$name' type='$type' at='$at'"
}
# instead TOOL SCRIPT: it does that; "$real" is the real one. really TOOL: no longer.
instead() {
	mkdir -p "$scratch/root/demo/alt/bin"
	[ -e "$scratch/root/demo/alt/lib" ] || ln -s ../lib "$scratch/root/demo/alt/lib"
	mv "$scratch/root/demo/bin/$1" "$scratch/root/demo/alt/bin/$1"
	printf '#!/bin/sh\nreal="$root"/demo/alt/bin/%s\n%s\n' "$1" "$2" >"$scratch/root/demo/bin/$1"
	chmod +x "$scratch/root/demo/bin/$1"
}
really() { mv "$scratch/root/demo/alt/bin/$1" "$scratch/root/demo/bin/$1"; }
# with_ssd: a server whose SSD is in the group; what it looked like is kept.
with_ssd() {
	demo phase-1b
	tool 'pvcreate /dev/sdd && vgextend ubuntu-vg /dev/sdd' >/dev/null
	fstab=$(cat "$scratch/root/etc/fstab"; echo .)
	ask
}
volumes() { tool 'lvs --noheadings -o lv_name' | tr -d ' ' | tr '\n' ' '; }
free_extents() { tool 'vgs --noheadings -o vg_free_count' | tr -d ' '; }
# as_before: nothing of it is there, fstab byte by byte.
as_before() {
	is "$(volumes)" 'ubuntu-lv '
	is "$(free_extents)" 151584
	is "$(cat "$scratch/root/etc/fstab"; echo .)" "$fstab"
	[ ! -e "$scratch/root/srv/docker-data" ] || fail 'the folder is left'
	[ ! -e "$scratch/root/var/backups/twistertui/data-volume" ] || fail 'the record is left'
	! tool 'findmnt -rn -M /srv/docker-data' >/dev/null || fail 'it is mounted'
}

makes() {
	case='data-volume'
	with_ssd
	part data-volume choices on
	is "$(choices | tr '\n' ' ')" "$ssd $sdb3 "
	grep -q 'choice =[^ ]*part3 =[^ ]*holds%20/):' "$scratch/marks" || fail 'the disk of / is not marked'
	grep -q "choice =$ssd =447G%20free%20(sdd,%20ubuntu-vg):%20SAMSUNG%20MZ7LH480HAHQ-00005%20S45PNA0M100042 =1" \
		"$scratch/marks" || fail 'the added one is not the first pick'
	part data-volume choices type
	is "$(choices | tr '\n' ' ')" 'ext4 xfs '
	todo data-volume
	shows "= /dev/sdd in ubuntu-vg, extents of 4194304 bytes"
	shows '+ubuntu-vg/docker-data: 25600 extents = 107374182400 bytes (100.00 GiB)'
	shows '+/dev/sdd: 114465 - 25600 = 88865 extents free (347.13 GiB)'
	uuid=$(printf '%s\n' "$out" | sed -n 's/.*--addtag twistertui-\([0-9a-f-]*\) ubuntu-vg .dev.sdd$/\1/p')
	is "${#uuid}" 36
	shows "\$ lvcreate -Wy -Zy --yes -l 25600 -n docker-data --addtag twistertui-$uuid ubuntu-vg /dev/sdd"
	shows "\$ mkfs.ext4 -q -m 0 -U $uuid /dev/ubuntu-vg/docker-data"
	shows '$ mkdir -m 755 /srv/docker-data'
	shows "+UUID=$uuid /srv/docker-data ext4 defaults,nofail 0 2"
	shows '$ mount /srv/docker-data'
	part data-volume preflight
	said fits
	said only-free
	unsaid same-disk
	is "$(volumes)" 'ubuntu-lv '
	done_ data-volume
	said already
	part data-volume verify
	said after
	grep -q 'fact =phase.volume.size =107374182400' "$scratch/marks" || fail 'the size is not recorded'
	is "$(tool 'lvs --noheadings -o devices ubuntu-vg/docker-data' | tr -d ' ')" '/dev/sdd(0)'
	is "$(tool "blkid -p -o value -s UUID /dev/ubuntu-vg/docker-data")" "$uuid"
	is "$(stat -c %a "$scratch/root/etc/fstab")" 644
	is "$(ls -A "$scratch/root/srv/docker-data/")" lost+found
	case='data-volume, a second look: satisfied, nothing said against it'
	part data-volume preflight
	is "$status" 0
	is "$(sed -n '/ say /p' "$scratch/marks")" ''
	case='data-volume, undo'
	undone_ data-volume
	as_before
}

# Another place, another disk, another kind, all that is free.
makes_else() {
	case='data-volume, xfs, all that is free on the disk of /, in a folder that is there'
	with_ssd
	mkdir "$scratch/root/srv/d"
	ask on $sdb3 size all name d+1_x type xfs at /srv/d
	todo data-volume
	shows '+ubuntu-vg/d+1_x: 37119 extents'
	shows 'mkfs.xfs -q -n ftype=1 -m uuid='
	shows ' /srv/d xfs defaults,nofail 0 0'
	case $out in *mkdir*) fail 'the folder is there already' ;; esac
	part data-volume preflight
	said same-disk
	# A last line without an end.
	printf '# no end' >>"$scratch/root/etc/fstab"
	fstab=$(cat "$scratch/root/etc/fstab"; echo .)
	done_ data-volume
	is "$(tool 'lvs --noheadings -o devices ubuntu-vg/d+1_x' | tr -d ' ')" '/dev/sdb3(38400)'
	is "$(sed -n '$p' "$scratch/root/etc/fstab" | cut -d ' ' -f 2-4)" '/srv/d xfs defaults,nofail'
	undone_ data-volume
	is "$(cat "$scratch/root/etc/fstab"; echo .)" "$fstab"
	[ -d "$scratch/root/srv/d" ] || fail 'a folder that is not ours is gone'
	case='data-volume, undo when fstab was edited since: that stays'
	ask
	run_ data-volume
	sed -i '1s/^/# edited since\n/' "$scratch/root/etc/fstab"
	undone_ data-volume
	is "$(head -n 1 "$scratch/root/etc/fstab")" '# edited since'
	is "$(grep -c srv "$scratch/root/etc/fstab")" 0
}

refuses() {
	case='data-volume, bad parameters'
	with_ssd
	before=$(cat "$scratch/root/demo/state")
	ask on ''
	refused data-volume nothing-chosen
	for odd in ../../sdd sdd '$(touch${IFS}"$root"/hacked)' nosuch; do
		ask on "$odd"
		refused data-volume no-disk
	done
	ask on scsi-0SEAGATE_ST300MM0006_S0K1EDGE0000
	refused data-volume not-in-group
	for odd in 0G 100 100X -5G '5%' ''; do
		ask size "$odd"
		refused data-volume odd-size
	done
	for odd in '' .. -x a/b snapshot1 pvmove0 x_tmeta x_rimage_0 'a b' '$(id)'; do
		ask name "$odd"
		refused data-volume odd-name
	done
	ask type btrfs
	refused data-volume no-tool
	for odd in '' srv/x /srv/../x /srv//x /srv/x/ '/srv/$(id)' '/srv/a b'; do
		ask at "$odd"
		refused data-volume odd-place
	done
	for odd in /proc/x /dev /run/x /tmp/x /boot/x /etc/x /usr/x /lib64/x /var/lib/docker /var/lib/docker/x /var/lib/docker.before-move; do
		ask at "$odd"
		refused data-volume no-place
	done
	[ ! -e "$scratch/root/hacked" ] || fail 'something was run'
	case='data-volume, more than is free, less than is of use, a name that is taken'
	ask size 448G
	refused data-volume too-little
	grep -q 'too-little =[^ ]* =114465 =447.13%20GiB =114688 =448.00%20GiB' "$scratch/marks" || fail 'figures'
	ask on $sdb3 size 200G # the group has that much, this disk has not
	refused data-volume too-little
	ask size 900M
	refused data-volume too-small
	ask name ubuntu-lv
	refused data-volume name-taken
	case='data-volume, the place'
	ask at /srv/none/x
	refused data-volume no-way
	ln -s ../opt "$scratch/root/srv/link"
	ask at /srv/link/x
	refused data-volume no-way
	ask at /srv/link
	refused data-volume no-way
	rm "$scratch/root/srv/link"
	ask at /etc-x
	: >"$scratch/root/etc-x"
	refused data-volume not-a-folder
	rm "$scratch/root/etc-x"
	ask at /twisterlab/data-warehouse
	refused data-volume mounted-there
	ask
	mkdir -p "$scratch/root/srv/docker-data"
	: >"$scratch/root/srv/docker-data/.hidden"
	refused data-volume not-empty
	rm -r "$scratch/root/srv/docker-data"
	echo '/dev/sdz /srv/docker-data ext4 defaults 0 0' >>"$scratch/root/etc/fstab"
	refused data-volume in-fstab
	rm "$scratch/root/etc/fstab"
	refused data-volume no-fstab
	printf %s "${fstab%.}" >"$scratch/root/etc/fstab"
	case='data-volume, the group and its disk'
	for attr in wz-pn-,a--,vg-partial r-z--n-,a--,vg-closed wzxn--,a--,vg-closed wz--n-,u--,vg-closed wz--n-,-x-,vg-closed; do
		id=${attr##*,} pv=${attr#*,}
		pv=${pv%,*}
		instead vgs "\"\$real\" \"\$@\" | sed 's/wz--n-/${attr%%,*}/'"
		instead pvs "\"\$real\" \"\$@\" | sed 's/|a--|/|$pv|/'"
		refused data-volume "$id"
		really vgs
		really pvs
	done
	breaks lvm
	refused data-volume not-in-group
	mends lvm
	rm "$scratch/root/demo/bin/mkfs.xfs"
	ask type xfs
	refused data-volume no-tool
	part data-volume choices type
	is "$(choices)" ext4
	is "$(cat "$scratch/root/demo/state")" "$before"
}

# put_back ID: the job failed, said why, and all is as before.
put_back() {
	is "$result" undone
	said "$1"
	said undone
	as_before
}

fails() {
	with_ssd
	case='data-volume, no backup of the metadata: nothing is begun'
	breaks vgcfgbackup
	job data-volume
	is "$result" unchanged
	said no-record
	mends vgcfgbackup
	rm -rf "$scratch/root/var/backups/twistertui"
	case='data-volume, lvcreate fails'
	breaks lvcreate
	job data-volume
	is "$result" unchanged
	as_before
	mends lvcreate
	case='data-volume, mkfs fails half-way'
	breaks mkfs
	job data-volume
	put_back other-fs
	mends mkfs
	case='data-volume, the mount is refused'
	breaks mount
	job data-volume
	put_back not-mounted
	mends mount
	case='data-volume, lvcreate says yes and makes less than was asked, or makes it elsewhere'
	instead lvcreate 'for w; do shift; [ "$w" != 25600 ] || w=25599; set -- "$@" "$w"; done; exec "$real" "$@"'
	job data-volume
	put_back other-extents
	really lvcreate
	instead lvcreate 'for w; do shift; [ "$w" != /dev/sdd ] || w=/dev/sdb3; set -- "$@" "$w"; done; exec "$real" "$@"'
	job data-volume
	put_back other-extents
	really lvcreate
	case='data-volume, mkfs makes another one, another kind'
	instead mkfs.ext4 'exec "$real" "$3" "$6"'
	job data-volume
	put_back not-at-boot
	really mkfs.ext4
	instead mkfs.ext4 'exec "${real%ext4}xfs" "$@"'
	mv "$scratch/root/demo/bin/mkfs.xfs" "$scratch/root/demo/alt/bin/mkfs.xfs"
	job data-volume
	put_back other-fs
	really mkfs.xfs
	really mkfs.ext4
	case='data-volume, mount says yes and does nothing'
	instead mount exit
	job data-volume
	put_back not-mounted
	really mount
	case='data-volume, mounted so that Docker could not use it'
	instead findmnt '"$real" "$@" | sed "/docker--data/s/rw,/rw,nosuid,/"'
	job data-volume
	really findmnt
	put_back bad-options
	case='data-volume, another file system of that kind is mounted there'
	part data-volume apply
	instead findmnt '"$real" "$@" | sed "s|^/dev/mapper/ubuntu--vg-docker--data|/dev/sdc|"'
	part data-volume verify
	is "$status" 1
	said not-mounted
	really findmnt
	undone_ data-volume
	as_before
	case='data-volume, nothing can be written there'
	instead dd exit
	job data-volume
	put_back not-writable
	really dd
	case='data-volume, findmnt finds its line wrong, systemd does not know it'
	breaks findmnt-verify
	job data-volume
	put_back bad-line
	mends findmnt-verify
	instead systemctl '[ "$1 $2" = "show /srv/docker-data" ] || exec "$real" "$@"'
	job data-volume
	put_back not-known
	really systemctl
	case='data-volume, somebody else makes one of that name just before'
	instead lvcreate '"$real" -l 256 -n docker-data ubuntu-vg /dev/sdd; exec "$real" "$@"'
	job data-volume
	is "$result" undone
	said undo-not-ours
	is "$(volumes)" 'ubuntu-lv docker-data '
	is "$(cat "$scratch/root/etc/fstab"; echo .)" "$fstab"
	really lvcreate
	refused data-volume name-taken
	tool 'lvremove -y ubuntu-vg/docker-data' >/dev/null
	case='data-volume, the job; made by hand as it is asked for is satisfied, too'
	job data-volume
	is "$result" ok
	rm "$scratch/root/var/backups/twistertui/data-volume"
	part data-volume check
	is "$status" 0
	ask size 99G
	refused data-volume name-taken
	case='data-volume, undo without a record'
	part data-volume undo
	is "$status" 1
	said undo-no-record
}

# cut_before TOOL: the step ends where it would have called it, as a power cut has it; then an ordinary server again.
cut_before() {
	instead "$1" 'case "${0##*/} $*" in "mkdir -p"*) exec "$real" "$@" ;; esac; kill -KILL $PPID; exit 1'
	part data-volume apply
	[ "$status" -ne 0 ] || fail 'it was not cut short'
	really "$1"
}

interrupted() {
	for at_tool in lvcreate mkfs.ext4 mkdir systemctl mount; do
		case="data-volume, cut short before $at_tool, and run again"
		with_ssd
		cut_before $at_tool
		part data-volume check
		[ "$status" -ne 0 ] || fail 'check says it is so'
		todo data-volume
		case $at_tool in
		lvcreate) shows '$ lvcreate' ;;
		*)
			shows 'ubuntu-vg/docker-data: 25600 extents, from before'
			part data-volume preflight
			said goes-on
			;;
		esac
		job data-volume
		is "$result" ok
		is "$(volumes)" 'ubuntu-lv docker-data '
		is "$(grep -c srv "$scratch/root/etc/fstab")" 1
		part data-volume undo
		said undone
		as_before
		case="data-volume, cut short before $at_tool, and undone"
		with_ssd
		cut_before $at_tool
		part data-volume undo
		is "$status" 0
		said undone
		as_before
	done
	case='data-volume, cut short before mkfs: the plan clears what is there, and another wish is refused'
	with_ssd
	cut_before mkfs.ext4
	part data-volume plan
	shows '$ wipefs -q -a /dev/ubuntu-vg/docker-data'
	shows '$ mkfs.ext4'
	ask size 50G
	refused data-volume unfinished
	ask at /srv/other
	refused data-volume unfinished
	ask
	tool 'mkfs.ext4 /dev/ubuntu-vg/docker-data; mkdir /srv/x; mount /dev/ubuntu-vg/docker-data "$root"/srv/x' >/dev/null 2>&1
	mkdir "$scratch/root/srv/x"
	tool 'mount /dev/ubuntu-vg/docker-data "$root"/srv/x' >/dev/null
	refused data-volume mounted-there
	part data-volume undo
	is "$status" 1
	said undo-used
	tool 'umount "$root"/srv/x' >/dev/null
	case='data-volume, cut short after mkfs: it is not made anew'
	with_ssd
	cut_before systemctl
	part data-volume plan
	case $out in *mkfs* | *wipefs* | *lvcreate* | *fstab*) fail 'done already' ;; esac
}

undoes() {
	case='data-volume, undo while something is in it, mounted or not'
	with_ssd
	run_ data-volume
	: >"$scratch/root/srv/docker-data/.mine"
	part data-volume undo
	is "$status" 1
	said undo-holds
	is "$(on_srv)" /dev/mapper/ubuntu--vg-docker--data
	tool 'umount "$root"/srv/docker-data' >/dev/null
	part data-volume undo
	is "$status" 1
	said undo-holds
	is "$(on_srv)" ''
	is "$(volumes)" 'ubuntu-lv docker-data '
	case='data-volume, undo of one that can no longer be mounted'
	breaks mount
	part data-volume undo
	is "$status" 1
	said undo-unread
	mends mount
	tool 'mount "$root"/srv/docker-data' >/dev/null
	rm "$scratch/root/srv/docker-data/.mine"
	case='data-volume, undo while it is busy, or LVM does not let it go'
	breaks umount
	part data-volume undo
	is "$status" 1
	said undo-busy
	mends umount
	instead lvremove exit
	part data-volume undo
	is "$status" 1
	said undo-failed
	really lvremove
	case='data-volume, undo again'
	undone_ data-volume
	as_before
	case='data-volume, undo when another volume has that name by now'
	with_ssd
	run_ data-volume
	tool 'umount "$root"/srv/docker-data; lvremove -y ubuntu-vg/docker-data; lvcreate -l 256 -n docker-data ubuntu-vg /dev/sdd' >/dev/null
	part data-volume undo
	is "$status" 0
	said undo-not-ours
	is "$(volumes)" 'ubuntu-lv docker-data '
	is "$(cat "$scratch/root/etc/fstab"; echo .)" "$fstab"
}
on_srv() { tool 'findmnt -rn -o SOURCE -M /srv/docker-data'; }

docker_moves() {
	case='move-docker, onto the volume that was made for it; which then can not be undone'
	with_ssd
	run_ data-volume
	params="to='' compare='names'"
	part move-docker choices to
	is "$(choices | tr '\n' ' ')" '/srv/docker-data /twisterlab/ai-storage /twisterlab/data-warehouse '
	grep -q 'choice =/srv/docker-data =98G.* =1$' "$scratch/marks" || fail 'it is not the first pick'
	params="to='/srv/docker-data' compare='names'"
	job move-docker
	is "$result" ok
	ask
	part data-volume undo
	is "$status" 1
	said undo-used
}

for shell in $TEST_SHELLS; do
	makes
	makes_else
	[ "$shell" = dash ] || continue
	refuses
	fails
	interrupted
	undoes
	docker_moves
done
finish
