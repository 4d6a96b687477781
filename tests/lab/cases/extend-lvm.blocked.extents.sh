about='not enough free extents'

drive() {
	ready
	param_blocked to 600G 'only 50175 extents (196.00 GiB) are free, 128000 (500.00 GiB) are needed; at most the volume could reach 296.00 GiB'
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks
	jobs_are 0
}
