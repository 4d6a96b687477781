about='an empty disk: in the group, its extents free'
. "$here/cases/1b.words.sh"

prepare() { blank; }

drive() {
	go
	is activity ready
	is plan '*serial EDGE0000*pvcreate /dev/sda*vgextend ubuntu-vg /dev/sda*'
	succeeds
	is result ok
}

expect() {
	pvs_are ' /dev/sda ubuntu-vg; /dev/sdb3 ubuntu-vg;'
	grew vg.free "$(guest 'pvs --noheadings -o pv_pe_count /dev/sda | tr -d " "')"
	same lv.table containers
}
