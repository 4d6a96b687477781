about='the volume has its size already: nothing is run'

prepare() {
	guest 'lvextend -q -r -l 38400 ubuntu-vg/ubuntu-lv >/dev/null 2>&1'
}

drive() {
	begin
	console prepare "$step"
	is state satisfied
	is reason '*has 150.00 GiB, 150G was asked for; df: 148G, *'
	refused console confirm "$step"
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks df.size
	[ "$(now jobs)" = 0 ] || fail 'a job was started'
}
