about='a disk of the volume group is missing'

prepare() {
	guest 'umount /dev/sda 2>/dev/null || :; wipefs -aq /dev/sda; vgextend -y ubuntu-vg /dev/sda
		echo 1 >/sys/block/sda/device/delete; vgs'
}

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason 'a disk of the volume group ubuntu-vg is missing*'
}

expect() {
	same lv.bytes lv.table fs.blocks
}
