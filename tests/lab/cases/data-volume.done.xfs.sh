about='the same with xfs, which overlay2 works on, and all that is free'
. "$here/cases/1b.words.sh"

prepare() {
	added
	guest 'lvcreate -q -y -n filler -l $(($(pvs --noheadings -o pv_pe_count /dev/sda) - 2048)) ubuntu-vg /dev/sda'
}

drive() {
	begin
	console param "$step" type xfs
	console param "$step" size all
	console param "$step" on "$sda"
	is activity ready
	is plan '*mkfs.xfs*+UUID=* xfs *'
	succeeds
	is result ok
}

expect() {
	guest 'xfs_info /srv/docker-data | grep -q ftype=1' || fail 'overlay2 does not work on it'
	[ "$(guest 'pvs --noheadings -o pv_free --units b --nosuffix /dev/sda | tr -d " "')" = 0 ] || fail 'not all of it'
}
