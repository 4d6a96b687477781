about='past its time limit: ended, nothing changed'

prepare() {
	phase_json '.steps |= map(if .id == "extend-lvm" then .timeout = "15s" else . end)'
	hold lvextend
}

drive() {
	ready
	fails unchanged 124
	guest '! pgrep -f /usr/local/sbin/[l]vextend'
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks df.size
}
