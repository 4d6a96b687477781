about='lvextend says ok and did nothing'

prepare() {
	wrap lvextend <<-'END'
		echo '  Logical volume ubuntu-vg/ubuntu-lv successfully resized.'
	END
}

drive() {
	ready
	fails unchanged 0
	is parts.verify '[1-9]*'
	says 'ubuntu-vg/ubuntu-lv has 25600 extents, not the 38400 that were wanted'
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks df.size
}
