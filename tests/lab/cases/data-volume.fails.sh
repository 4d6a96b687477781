about='mkfs fails half-way: the volume is taken away again'
. "$here/cases/1b.words.sh"

prepare() {
	added
	fstab=$(fstab_is)
	wrap mkfs.ext4 <<-'END'
		for last; do :; done
		dd if=/dev/urandom of="$last" bs=4096 count=4 conv=fsync
		echo 'mkfs.ext4: Input/output error while writing out' >&2
		exit 1
	END
}

drive() {
	go
	fails undone 1
	says 'nothing of this step is left*'
}

expect() {
	no_volume
	same vg.free
}
