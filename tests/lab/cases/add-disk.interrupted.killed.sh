about='the console killed (SIGKILL) between pvcreate and vgextend: found again, ended, made once'
. "$here/cases/1b.words.sh"

prepare() {
	blank
	hold vgextend
}

drive() {
	go
	killed_while_held
}

expect() {
	pvs_are ' /dev/sda ubuntu-vg; /dev/sdb3 ubuntu-vg;'
	jobs_are 1
}
