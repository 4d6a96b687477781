about='the disk is gone at boot: no Docker, instead of an empty one'
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
	# Whoever asks its socket now waits without end: systemd tries to start Docker again and again. The readings ask.
	guest 'systemctl stop docker.socket'
}

expect() { :; }
