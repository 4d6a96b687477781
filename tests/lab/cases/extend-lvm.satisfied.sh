about='the volume has its size already: nothing is run'

prepare() {
	guest 'lvextend -q -r -l 38400 ubuntu-vg/ubuntu-lv >/dev/null 2>&1'
}

drive() {
	begin
	satisfied '*has 150.00 GiB, 150G was asked for; df: 148G, *'
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks df.size
	jobs_are 0
}
