about='/ was remounted read-only'

prepare() {
	guest 'echo u >/proc/sysrq-trigger; sleep 2; grep " / ext4" /proc/mounts'
}

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason '/ (/dev/mapper/ubuntu--vg-ubuntu--lv) is mounted read-only*'
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks
}
