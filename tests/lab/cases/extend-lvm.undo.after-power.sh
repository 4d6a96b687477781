about='power cut after the volume grew and before the filesystem did: undone by the operator'

prepare() {
	wrap lvextend <<-'END'
		[ "$1" = -r ] && shift
		"$real" "$@"
		sync
		: >/run/lab/held
		exec sleep 1000
	END
}

drive() {
	ready
	console confirm "$step"
	held
	[ "$(guest 'lvs --noheadings -o lv_size --units g ubuntu-vg/ubuntu-lv')" = '  150.00g' ] || fail 'it did not grow'
	power off
	power on
	guest 'rm /usr/local/sbin/lvextend'
	console link up
	interrupted
	is reason 'cut short; check says it is not so, verify says the effect is not there*'
	is can_undo true
	undo
	is state todo
	is reason 'put back, as before'
	says 'ubuntu-vg/ubuntu-lv has its old 25600 extents again'
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks df.size
}
