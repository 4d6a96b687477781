about='not enough free extents'

drive() {
	ready
	console param "$step" to 600G
	is state blocked
	is reason 'only 50175 extents (196.00 GiB) are free, 128000 (500.00 GiB) are needed; at most the volume could reach 296.00 GiB'
	refused console confirm "$step"
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks
	[ "$(now jobs)" = 0 ] || fail 'a job was started'
}
