about='a volume uses it: undo says so and leaves all as it is'
. "$here/cases/1b.words.sh"

prepare() { blank; }

drive() {
	go
	succeeds
	guest 'lvcreate -y -q -L 1G -n here ubuntu-vg /dev/sda'
	undo
	is state 'done'
	is result unchanged
	says '*holds 256 extents of volumes*'
}

expect() { pvs_are ' /dev/sda ubuntu-vg; /dev/sdb3 ubuntu-vg;'; }
