about='it is in the group already'
. "$here/cases/1b.words.sh"

prepare() { blank; guest 'pvcreate -q /dev/sda; vgextend -q ubuntu-vg /dev/sda'; }

drive() {
	go
	is state satisfied
}

expect() { same vg.free; }
