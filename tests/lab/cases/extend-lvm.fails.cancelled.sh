about='cancelled by the operator before anything was written'

prepare() {
	hold lvextend
}

drive() {
	ready
	console confirm "$step"
	held
	console until "$step" activity=running
	console cancel "$step"
	console wait "$step"
	is state failed
	is failure unchanged
	guest '! pgrep -f /usr/local/sbin/[l]vextend'
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks df.size
}
