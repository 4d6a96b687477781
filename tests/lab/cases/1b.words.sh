# What the cases of Phase 1B share; not a case. Each begins with: . "$here/cases/1b.words.sh"
# shellcheck shell=bash disable=SC2034,SC2016 # for matrix-case; scripts for the guest
phase=1b-data-disk
sda=scsi-0SEAGATE_ST300MM0006_EDGE0000
sdc=scsi-0SEAGATE_ST300MM0006_EDGE0002
place=/twisterlab/data-warehouse

# blank: sda holds nothing and is nobody's.
blank() {
	guest 'umount /twisterlab/ai-storage; sed -i /ai-storage/d /etc/fstab; systemctl daemon-reload; wipefs -q -a /dev/sda'
}

# added: sda is in the group, as the step before leaves it.
added() {
	blank
	guest 'pvcreate -q /dev/sda; vgextend -q ubuntu-vg /dev/sda'
}

# one_volume: there is one docker-data, of 8 GiB on sda alone, and nothing else is new; it is mounted, by the one line of fstab.
one_volume() {
	local now
	now=$(guest 'lvs --noheadings --separator " " -o lv_name,lv_size,devices --units g | tr -s " " | sort | tr "\n" ";"')
	[ "$now" = ' docker-data 8.00g /dev/sda(0); ubuntu-lv 100.00g /dev/sdb3(0);' ] || fail "volumes: $now"
	now=$(guest 'findmnt -n -o SOURCE -M /srv/docker-data')
	[ "$now" = /dev/mapper/ubuntu--vg-docker--data ] || fail "on /srv/docker-data: $now"
	now=$(guest 'grep -c "^UUID=$(blkid -p -o value -s UUID /dev/ubuntu-vg/docker-data) /srv/docker-data " /etc/fstab; awk "index(\$2, \"/srv\") == 1" /etc/fstab | wc -l')
	[ "$now" = '1
1' ] || fail "fstab: $now"
	[ -z "$(guest 'systemctl list-units --failed --plain --no-legend "srv-*"')" ] || fail 'its unit has failed'
}

# no_volume: nothing of it is left. fstab_is: its digest, to be kept before and compared afterwards.
no_volume() {
	[ "$(guest 'lvs --noheadings -o lv_name | tr -d " \n"')" = ubuntu-lv ] || fail 'a volume is left'
	guest '! findmnt /srv/docker-data; ! ls -d /srv/docker-data; ! ls /var/backups/twistertui/data-volume' || fail 'something of it is left'
	[ "$(fstab_is)" = "$fstab" ] || fail 'fstab is not as it was'
}

fstab_is() { guest 'stat -c "%a %U" /etc/fstab; sha256sum </etc/fstab'; }

# pvs_are TEXT: the physical volumes and their group.
pvs_are() {
	local now
	now=$(guest 'pvs --noheadings -o pv_name,vg_name | sort | tr -s " " | tr "\n" ";"')
	[ "$now" = "$1" ] || fail "physical volumes: $now"
}

# where_docker: the device that Docker's data is on, and how the old folder stands.
where_docker() { guest 'findmnt -n -o SOURCE -T /var/lib/docker | tail -n 1; ls -d /var/lib/docker.before-move 2>/dev/null || :'; }

moved() {
	[ "$(where_docker)" = '/dev/sdc[/docker]
/var/lib/docker.before-move' ] || fail "Docker is on $(where_docker)"
}

not_moved() {
	[ "$(where_docker)" = /dev/mapper/ubuntu--vg-ubuntu--lv ] || fail "Docker is on $(where_docker)"
	guest '! grep /var/lib/docker /etc/fstab; ! ls -d /etc/systemd/system/docker.*.d' || fail 'something of it is left'
}

# go: the step with its disk or place, shown.
go() {
	begin
	case $step in
	add-disk) console param "$step" disk "${1-$sda}" ;;
	data-volume)
		console param "$step" size 8G
		console param "$step" on "${1-$sda}"
		;;
	move-docker) console param "$step" to "${1-$place}" ;;
	*) console prepare "$step" ;;
	esac
}

# after_move: Docker has moved, and the step is shown.
after_move() {
	begin
	console param move-docker to "$place"
	console confirm move-docker
	console wait move-docker
	is state 'done'
	console prepare "$step"
}

# other_rm: standard input runs in place of an rm of the old folder.
other_rm() {
	{
		printf 'case $* in *before-move*) ;; *) exec "$real" "$@" ;; esac\n'
		cat
	} | wrap rm
}
