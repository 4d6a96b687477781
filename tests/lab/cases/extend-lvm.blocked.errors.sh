about='the kernel has found errors in the filesystem'

prepare() {
	guest 'echo lab >/sys/fs/ext4/dm-0/trigger_fs_error; sync; sleep 6; sync; dumpe2fs -h /dev/dm-0 2>/dev/null | grep state'
}

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason 'the filesystem on /dev/mapper/ubuntu--vg-ubuntu--lv is marked with errors*'
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks
}
