about='the metadata cannot be backed up: nothing is begun'

prepare() {
	guest 'mkdir -p /var/backups; : >/var/backups/twistertui'
}

drive() {
	ready
	run_step
	is state failed
	is failure unchanged
	says 'the metadata could not be backed up to /var/backups/twistertui/*; nothing was changed'
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks df.size
}
