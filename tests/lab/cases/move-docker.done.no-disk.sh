about='the disk is gone at boot: no Docker, instead of an empty one'
. "$here/cases/1b.words.sh"

drive() {
	go
	succeeds
	guest 'sed -i "s|^LABEL=data-sdc|LABEL=nosuch|" /etc/fstab; sync'
	power off
	power on
	guest '[ -z "$(ls -A /var/lib/docker)" ]' || fail 'something is in the folder'
	guest '[ "$(systemctl is-active docker)" != active ]' || fail 'Docker runs'
}

expect() { :; }
