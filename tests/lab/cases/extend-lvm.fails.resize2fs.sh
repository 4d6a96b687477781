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
	is parts.apply '[1-9]*'
	is parts.undo 0
	says 'ubuntu-vg/ubuntu-lv has its old 25600 extents again'
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks df.size
}
