about='as in the documents: the volume grew, / did not; put back'

prepare() {
	# lvextend without -r, which says ok
	wrap lvextend <<-'END'
		[ "$1" = -r ] && shift
		exec "$real" "$@"
	END
}

drive() {
	ready
	fails undone 0
	is parts.verify '[1-9]*'
	is parts.undo 0
	says 'the volume has 150.00 GiB but its ext4 still 100.00 GiB: / did not grow'
	says 'ubuntu-vg/ubuntu-lv has its old 25600 extents again'
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks df.size
}
