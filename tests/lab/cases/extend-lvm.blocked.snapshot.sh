about='the volume has a snapshot'

prepare() {
	guest 'lvcreate -y -s -L 1G -n before ubuntu-vg/ubuntu-lv'
}

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason 'ubuntu-vg/ubuntu-lv is, or has, a snapshot*'
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks
}
