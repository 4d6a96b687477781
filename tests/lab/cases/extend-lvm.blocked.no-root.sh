about='the user may not use sudo'
host=edge-plain

drive() {
	console connect
	refused console root "$run/password"
	is root refused
	prepare_blocked 'needs root on the server*'
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks
	jobs_are 0
}
