about='a disk with a file system, mounted and not, the disk of the system, too small'
. "$here/cases/1b.words.sh"

prepare() { guest 'umount /twisterlab/ai-storage'; }

drive() {
	go "$sdc"
	is state blocked
	is reason '*is mounted on /twisterlab/data-warehouse'
	console param "$step" disk "$sda"
	is state blocked
	is reason 'there is data on '"$sda"' (sda): ext4*'
	console param "$step" disk scsi-0SEAGATE_MR9271-8i-298G_EDGE0001
	is state blocked
	is reason '*is in use: sdb1 is on it'
	guest 'wipefs -q -a /dev/sda'
	console param "$step" disk "$sda"
	console param "$step" least 1T
	is state blocked
	is reason '*less than the 1T that were asked for'
}

expect() {
	same vg.free lv.table
	pvs_are ' /dev/sdb3 ubuntu-vg;'
}
