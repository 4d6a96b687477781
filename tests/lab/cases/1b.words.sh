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
	guest '! grep /var/lib/docker /etc/fstab; ! ls /etc/systemd/system/docker.service.d' || fail 'something of it is left'
}

# go: the step with its disk or place, shown.
go() {
	begin
	case $step in
	add-disk) console param "$step" disk "${1-$sda}" ;;
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
