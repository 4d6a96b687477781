about='taken out of the group again, and empty'
. "$here/cases/1b.words.sh"

prepare() { blank; }

drive() {
	go
	succeeds
	undo
	is result ok
}

expect() {
	same vg.free lv.table
	pvs_are ' /dev/sdb3 ubuntu-vg;'
	[ -z "$(guest 'wipefs -n /dev/sda')" ] || fail 'something is left on the disk'
}
