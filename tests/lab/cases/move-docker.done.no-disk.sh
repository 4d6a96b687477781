about='the disk is gone at boot: no Docker, instead of an empty one, and nobody waits for it; with the disk it comes back'
. "$here/cases/1b.words.sh"

drive() {
	go
	succeeds
	# Ten minutes would be waited for a disk here (guest/customize.sh).
	guest 'sed -i "/^LABEL=data-sdc/{s//LABEL=nosuch/;s/nofail/nofail,x-systemd.device-timeout=20s/}" /etc/fstab; sync; grep nosuch.*=20s /etc/fstab'
	power off
	power on
	guest '[ -z "$(ls -A /var/lib/docker)" ]' || fail 'something is in the folder'
	guest '[ "$(systemctl is-active docker)" != active ]' || fail 'Docker runs'
	guest '[ "$(systemctl is-active docker.socket sockets.target | tr "\n" " ")" = "inactive active " ]' || fail 'the socket runs, or sockets.target does not'
	# A socket that runs would take the question, and systemd try to start Docker for it again and again.
	guest 'rc=0; timeout 60 docker ps || rc=$?; [ $rc = 1 ]' || fail 'docker ps does not say that there is no Docker'
	# The disk is back: so is all.
	guest 'sed -i "s/^LABEL=nosuch/LABEL=data-sdc/" /etc/fstab; systemctl daemon-reload; systemctl start docker; docker ps' || fail 'Docker does not come back with its disk'
	moved
}

expect() { :; }
