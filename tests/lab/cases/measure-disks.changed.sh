about='a disk gone between the plan and the yes: nothing is run'

prepare() {
	guest 'umount /dev/sdc 2>/dev/null || :'
}

drive() {
	ready
	console ask "$step"
	guest 'echo 1 >/sys/block/sdc/device/delete'
	plan_changed
	console prepare "$step"
	is activity ready
	is plan '$ hdparm -Tt /dev/sda?$ hdparm -Tt /dev/sdb'
}

expect() {
	same lv.table
}
