#!/bin/sh
# Phase 1B's steps on the built-in EdgeServer with an added SSD: each as it should go, and with what can go wrong switched on.
# shellcheck disable=SC2016 # commands for the simulated server
set -u
# shellcheck source=tests/steps/lib.sh
. "${TOP_SRCDIR:?}/tests/steps/lib.sh"
# shellcheck source=tests/steps/demo.sh
. "$top/tests/steps/demo.sh"
phase=$top/phases/1b-data-disk

ssd=ata-SAMSUNG_MZ7LH480HAHQ-00005_S45PNA0M100042
choices() { sed -n 's/^[0-9]* choice =\([^ ]*\) .*/\1/p' "$scratch/marks"; }
add() { params="disk='$1' least='${2-100G}' group='root'"; }
move() { params="to='${1-/twisterlab/data-warehouse}' compare='${2-names}'"; }

adds() {
	case='add-disk'
	demo phase-1b
	add $ssd
	part add-disk choices disk
	is "$(choices)" $ssd
	todo add-disk
	shows "= /dev/sdd: SAMSUNG MZ7LH480HAHQ-00005, serial S45PNA0M100042, 480103981056 bytes (447.13 GiB)"
	shows '+ubuntu-vg: 75519 + 114465 = 189984 extents, 151584 free'
	shows '$ pvcreate /dev/sdd'
	said erases
	is "$(tool 'vgs --noheadings -o vg_extent_count' | tr -d ' ')" 75519
	done_ add-disk
	is "$(tool 'pvs --noheadings -o pv_name,vg_name,pv_pe_count' | tr -s ' ')" ' /dev/sdb3 ubuntu-vg 75519
 /dev/sdd ubuntu-vg 114465'
	case='add-disk, undo'
	undone_ add-disk
	is "$(tool 'pvs --noheadings -o pv_name' | tr -d ' ')" /dev/sdb3
	part add-disk undo
	said undo-nothing
	case='add-disk, undo while a volume uses it'
	done_ add-disk
	tool 'lvextend -l 100000 ubuntu-vg/ubuntu-lv' >/dev/null
	part add-disk undo
	is "$status" 1
	said undo-used
}

add_refuses() {
	case='add-disk, a disk with data, a partition, the disk of the system, none'
	demo phase-1b
	before=$(cat "$scratch/root/demo/state")
	add scsi-0SEAGATE_ST300MM0006_S0K1EDGE0002
	refused add-disk mounted
	add wwn-0x5000c5007e1f0000
	refused add-disk mounted
	add scsi-0SEAGATE_MR9271-8i-298G_S0K1EDGE0001
	refused add-disk has-parts
	add scsi-0SEAGATE_MR9271-8i-298G_S0K1EDGE0001-part3
	part add-disk preflight
	[ "$status" -eq 0 ] || fail 'it is in the group already'
	add scsi-0SEAGATE_MR9271-8i-298G_S0K1EDGE0001-part2
	refused add-disk not-whole
	add ''
	refused add-disk nothing-chosen
	for odd in ../../sdd sdd '$(touch${IFS}"$root"/hacked)' nosuch; do
		add "$odd"
		refused add-disk no-disk
	done
	[ ! -e "$scratch/root/hacked" ] || fail 'something was run'
	add $ssd 1T
	refused add-disk too-small
	case='add-disk, a signature that only one of the tools knows, one that cannot be read'
	add $ssd
	tool 'pvcreate /dev/sdd' >/dev/null
	refused add-disk signature
	tool 'pvremove /dev/sdd' >/dev/null
	breaks wipefs 'Input/output error'
	refused add-disk unread
	mends wipefs
	case='add-disk, held, swap'
	mkdir -p "$scratch/root/sys/class/block/sdd/holders/dm-7"
	refused add-disk held
	rm -r "$scratch/root/sys"
	printf 'Filename Type Size Used Priority\n/dev/sdd partition 4 0 -2\n' >"$scratch/root/proc/swaps"
	refused add-disk swap
	rm "$scratch/root/proc/swaps"
	case='add-disk, bytes that nobody knows are said'
	printf 'something' >"$scratch/root/dev/sdd"
	part add-disk preflight
	is "$status" 0
	said not-blank
	is "$(cat "$scratch/root/demo/state")" "$before"
	case='add-disk, no group of that name'
	params="disk='$ssd' least='100G' group='none'"
	refused add-disk no-group
}

add_fails() {
	case='add-disk, vgextend fails: the label is taken off again'
	demo phase-1b
	add $ssd
	breaks vgextend
	job add-disk
	is "$result" undone
	said not-in
	is "$(tool 'wipefs -n /dev/sdd')" ''
	mends vgextend
	case='add-disk, no backup: nothing is begun'
	breaks vgcfgbackup
	job add-disk
	is "$result" unchanged
	said no-backup
	mends vgcfgbackup
	case='add-disk, the disk is taken between the plan and the job'
	part add-disk plan
	tool 'pvcreate /dev/sdd' >/dev/null
	part add-disk plan
	is "$status" 1
	said signature
	case='add-disk, the job'
	tool 'pvremove /dev/sdd' >/dev/null
	job add-disk
	is "$result" ok
	case='add-disk, undo of what was never done'
	demo phase-1b
	part add-disk undo
	is "$status" 1
	said undo-no-record
}

docker_up() { tool 'docker ps --format "{{.Names}}"' | sort | tr '\n' ' '; }

no_drop_ins() {
	for unit in docker.service docker.socket; do
		[ ! -e "$scratch/root/etc/systemd/system/$unit.d" ] || fail "the drop-in of $unit is left"
	done
}

moves() {
	case='move-docker'
	demo phase-1b
	move
	ran=$(docker_up)
	images=$(tool 'docker images')
	fstab=$(cat "$scratch/root/etc/fstab")
	tool 'docker run -d --name job busybox:1.36 sleep 1000' >/dev/null
	part move-docker choices to
	is "$(choices | tr '\n' ' ')" '/twisterlab/ai-storage /twisterlab/data-warehouse '
	todo move-docker
	shows '$ mv /var/lib/docker /var/lib/docker.before-move'
	shows '$ docker start job'
	shows '--- /etc/fstab'
	shows '+/twisterlab/data-warehouse/docker /var/lib/docker none bind,nofail,x-systemd.requires-mounts-for=/twisterlab/data-warehouse 0 0'
	said stops
	part move-docker preflight
	said size
	said downtime
	done_ move-docker
	part move-docker verify
	said all-back
	said old-kept
	is "$(docker_up)" "$(printf '%s\n' $ran job | sort | tr '\n' ' ')"
	is "$(tool 'docker images')" "$images"
	is "$(grep -c '/var/lib/docker' "$scratch/root/etc/fstab")" 1
	is "$(stat -c %a "$scratch/root/etc/fstab")" 644
	is "$(grep -v /var/lib/docker "$scratch/root/etc/fstab")" "$fstab"
	case='move-docker, a unit that would start without the mount'
	for unit in docker.service docker.socket; do
		mv "$scratch/root/etc/systemd/system/$unit.d" "$scratch/$unit.d"
		part move-docker verify
		is "$status" 1
		said not-at-boot-now
		mkdir "$scratch/root/etc/systemd/system/$unit.d"
		echo '[Unit]' >"$scratch/root/etc/systemd/system/$unit.d/twistertui-data.conf"
		part move-docker verify
		is "$status" 1
		said not-required
		rm -r "$scratch/root/etc/systemd/system/$unit.d"
		mv "$scratch/$unit.d" "$scratch/root/etc/systemd/system/$unit.d"
	done
	case='move-docker, moved already'
	part move-docker preflight
	is "$status" 0
	case='move-docker, undo: what was written since is left'
	tool 'docker volume rm pgadmin_data' >/dev/null
	part move-docker undo
	is "$status" 0
	said undone
	said since
	part move-docker check
	[ "$status" -ne 0 ] || fail 'check says it is still moved'
	[ -d "$scratch/root/twisterlab/data-warehouse/docker" ] || fail 'the new folder is gone'
	[ -s "$scratch/root/var/lib/docker/volumes/pgadmin_data/_data" ] || fail 'this is not the old folder'
	is "$(cat "$scratch/root/etc/fstab")" "$fstab"
	no_drop_ins
	refused move-docker occupied
}

drops() {
	case='drop-old-docker, before anything was moved'
	demo phase-1b
	params=''
	refused drop-old-docker no-move
	move
	run_ move-docker
	is "$status" 0
	case='drop-old-docker, Docker runs from elsewhere'
	params=''
	tool 'systemctl stop docker.socket docker; umount /var/lib/docker' >/dev/null
	refused drop-old-docker not-moved
	tool 'mount /var/lib/docker' >/dev/null
	refused drop-old-docker no-answer
	tool 'systemctl start docker' >/dev/null
	case='drop-old-docker, something is mounted in it'
	echo '/dev/sda /var/lib/docker.before-move/x ext4 rw 0 0' >>"$scratch/root/proc/mounts"
	refused drop-old-docker mounted
	sed -i '$d' "$scratch/root/proc/mounts"
	case='drop-old-docker'
	todo drop-old-docker
	done_ drop-old-docker
	part drop-old-docker verify
	said freed
	[ ! -e "$scratch/root/var/lib/docker.before-move" ] || fail 'it is still there'
	grep -q 'fact =phase.docker.dropped =[1-9][0-9]\{10\}' "$scratch/marks" || fail 'over 10 GB were expected'
	is "$(docker_up)" 'local-registry node-exporter portainer '
	case='move-docker, undo when the old folder is gone'
	move
	part move-docker undo
	is "$status" 1
	said undo-dropped
	is "$(docker_up)" 'local-registry node-exporter portainer '
}

move_refuses() {
	case='move-docker, bad places'
	demo phase-1b
	before=$(cat "$scratch/root/etc/fstab")
	move ''
	refused move-docker nothing-chosen
	for place in /boot /nosuch /twisterlab; do
		move $place
		refused move-docker no-place
	done
	for place in / twisterlab /twisterlab/../etc '/a$(id)' /twisterlab/data-warehouse/; do
		move "$place"
		refused move-docker odd-place
	done
	case='move-docker, no space, no inodes'
	move
	sed -i "s/^s_sdc_used=.*/s_sdc_used=$(sed -n 's/^s_sdc=//p' "$scratch/root/demo/state")/" "$scratch/root/demo/state"
	refused move-docker no-room
	demo phase-1b
	rm "$scratch/root/demo/bin/df"
	cat "$top/backends/demo/tools/df" >"$scratch/root/demo/bin/df.real"
	printf '#!/bin/sh\ncase "$*" in "-P -i "*data-warehouse) printf "h\\nx 9 9 5 9 y\\n" ;; *) exec "${0}.real" "$@" ;; esac\n' >"$scratch/root/demo/bin/df"
	chmod +x "$scratch/root/demo/bin/df" "$scratch/root/demo/bin/df.real"
	refused move-docker no-inodes
	case='move-docker, not in fstab'
	demo phase-1b
	sed -i /data-warehouse/d "$scratch/root/etc/fstab"
	refused move-docker not-at-boot
	case='move-docker, something is there'
	demo phase-1b
	mkdir "$scratch/root/twisterlab/data-warehouse/docker"
	refused move-docker occupied
	rmdir "$scratch/root/twisterlab/data-warehouse/docker"
	mkdir "$scratch/root/var/lib/docker.before-move"
	refused move-docker old-there
	rmdir "$scratch/root/var/lib/docker.before-move"
	echo '/x /var/lib/docker none bind 0 0' >>"$scratch/root/etc/fstab"
	refused move-docker in-fstab
	printf '%s\n' "$before" >"$scratch/root/etc/fstab"
	case='move-docker, live-restore, Docker stopped'
	printf '{"live-restore": true}\n' >"$scratch/root/etc/docker/daemon.json"
	tool 'systemctl restart docker' >/dev/null
	refused move-docker live
	rm "$scratch/root/etc/docker/daemon.json"
	tool 'systemctl restart docker; systemctl stop docker' >/dev/null 2>&1
	refused move-docker no-answer
}

# A tool that does something else.
instead() {
	rm "$scratch/root/demo/bin/$1"
	printf '#!/bin/sh\n%s\n' "$2" >"$scratch/root/demo/bin/$1"
	chmod +x "$scratch/root/demo/bin/$1"
}

same_as_before() {
	is "$result" "$1"
	said undone
	is "$(docker_up)" 'local-registry node-exporter portainer '
	is "$(grep -c '/var/lib/docker' "$scratch/root/etc/fstab")" 0
	[ -d "$scratch/root/var/lib/docker/overlay2" ] || fail 'the old folder is not back'
	[ ! -h "$scratch/root/var/lib/docker" ] || fail 'it is still mounted'
	[ ! -e "$scratch/root/var/lib/docker.before-move" ] || fail 'it is still aside'
	no_drop_ins
	[ ! -e "$scratch/root/twisterlab/data-warehouse/docker.twistertui-new" ] || fail 'the copy is left'
}

move_fails() {
	case='move-docker, the copy breaks off'
	demo phase-1b
	move
	instead cp "case \$* in *--preserve=all*docker*) $(command -v cp) -a \"$scratch/root/var/lib/docker/volumes\" \"$scratch/root/twisterlab/data-warehouse/docker.twistertui-new\"; echo 'No space left on device' >&2; exit 1 ;; esac; exec $(command -v cp) \"\$@\""
	job move-docker
	said not-copied
	same_as_before undone
	case='move-docker, the copy lacks a file, and cp says yes'
	demo phase-1b
	instead cp "$(command -v cp) \"\$@\" || exit; case \$* in *--preserve=all*docker*) rm \"$scratch/root/twisterlab/data-warehouse/docker.twistertui-new/volumes/pgadmin_data/_data\" ;; esac"
	job move-docker
	said differs
	grep -q '< ./volumes/pgadmin_data/_data f ' "$scratch/out" || fail 'it does not say which'
	same_as_before undone
	case='move-docker, a byte differs: seen when every byte is compared'
	demo phase-1b
	printf 'one\n' >"$scratch/root/var/lib/docker/one"
	find "$scratch/root/var/lib/docker" -size +1M -exec truncate -s 1M {} +
	instead cp "$(command -v cp) \"\$@\" || exit; case \$* in *--preserve=all*docker*)
		cd \"$scratch/root/twisterlab/data-warehouse/docker.twistertui-new\" && printf 'two\n' >one && touch -r \"$scratch/root/var/lib/docker/one\" one ;; esac"
	move /twisterlab/data-warehouse bytes
	job move-docker
	said differs
	same_as_before undone
	move
	case='move-docker, the mount fails'
	demo phase-1b
	breaks mount
	job move-docker
	said not-moved
	same_as_before undone
	case='move-docker, Docker does not come up with it'
	demo phase-1b
	breaks docker-start.once
	job move-docker
	said did-not-start
	same_as_before undone
	said since
	case='move-docker, a container does not come back'
	demo phase-1b
	instead docker '[ "$1" != ps ] || [ ! -h "$root"/var/lib/docker ] || exit 0; exec "$0.real" "$@"'
	ln -s "$top/backends/demo/tools/docker" "$scratch/root/demo/bin/docker.real"
	run_ move-docker
	is "$status" 1
	said not-back
	part move-docker undo
	is "$status" 0
	result=
	same_as_before ''
	said since
	case='move-docker, the job'
	demo phase-1b
	job move-docker
	is "$result" ok
	said moved
	case='move-docker, undo of what was never done'
	demo phase-1b
	part move-docker undo
	is "$status" 1
	said undo-no-record
}

for shell in $TEST_SHELLS; do
	adds
	[ "$shell" != busybox ] || {
		# Its own cp and find can't keep or show all that a file is.
		demo phase-1b
		move
		refused move-docker no-tool
		continue
	}
	moves
	drops
	[ "$shell" = dash ] || continue
	add_refuses
	add_fails
	move_refuses
	move_fails
done
finish
