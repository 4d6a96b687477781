about='the volume group may not be resized'

prepare() {
	guest 'vgchange --resizeable n ubuntu-vg'
}

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason 'the volume group ubuntu-vg is read-only, exported or may not be resized*'
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks
}
