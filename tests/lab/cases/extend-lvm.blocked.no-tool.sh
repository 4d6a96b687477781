about='resize2fs is not there'

prepare() {
	guest 'mv /usr/sbin/resize2fs /root/'
}

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason 'resize2fs is not on this server'
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks
}
