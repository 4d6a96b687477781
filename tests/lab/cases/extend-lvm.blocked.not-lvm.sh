about='/ is not on LVM'
variant=nolvm

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason '/ is on /dev/sd*, which is not an LVM volume*'
}

expect() {
	same df.size fs.blocks
	jobs_are 0
}
