about='the volume grows, the filesystem does not: put back, and said'

prepare() {
	cover resize2fs <<-'END'
		echo 'resize2fs: Operation not permitted' >&2
		exit 1
	END
}

drive() {
	ready
	run_step
	is state failed
	is failure undone
	# LVM 2.03.31 says "resize2fs done" and ends with 0 all the same: it is verify that finds it.
	is parts.undo 0
	says 'ubuntu-vg/ubuntu-lv has its old 25600 extents again'
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks df.size
}
