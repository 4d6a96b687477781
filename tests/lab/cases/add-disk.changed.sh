about='somebody makes a file system on it between the plan and the yes: nothing is done'
. "$here/cases/1b.words.sh"

prepare() { blank; }

drive() {
	go
	is activity ready
	console ask "$step"
	guest 'mkfs.ext4 -q -E lazy_itable_init=1,nodiscard /dev/sda'
	console confirm "$step"
	console wait "$step"
	is state blocked
	is parts.apply -1
}

expect() {
	same vg.free
	[ "$(guest 'blkid -p -o value -s TYPE /dev/sda')" = ext4 ] || fail 'the file system is gone'
}
