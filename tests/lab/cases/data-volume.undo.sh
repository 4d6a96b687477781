about='unmounted and deleted; fstab byte by byte as it was, although its last line has no end'
. "$here/cases/1b.words.sh"

prepare() {
	added
	guest 'printf "# no end" >>/etc/fstab'
	fstab=$(fstab_is)
}

drive() {
	go
	succeeds
	undo
	is result ok
}

expect() {
	no_volume
	same vg.free lv.table
}
