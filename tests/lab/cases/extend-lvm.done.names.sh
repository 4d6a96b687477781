about='another volume group and another volume'
variant=names

drive() {
	ready
	succeeds
}

expect() {
	[ "$(was vg.name)/$(was lv.name)" != ubuntu-vg/ubuntu-lv ] || fail 'the machine has the usual names'
	grew lv.bytes $((50 << 30))
	[ "$(now fs.blocks)" = 39321600 ] || fail "the filesystem has $(now fs.blocks) blocks"
}
