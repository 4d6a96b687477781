about='power cut after all was done and before it was verified: the console sees that it is so'

prepare() {
	wrap lvextend <<-'END'
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
	power off
	power on
	guest 'rm /usr/local/sbin/lvextend'
	console link up
	interrupted
	is reason 'cut short; check says it is so, verify says the effect is there*'
	console prepare "$step"
	is state satisfied
}

expect() {
	grew lv.bytes $((50 << 30))
	[ "$(now fs.blocks)" = 39321600 ] || fail "the filesystem has $(now fs.blocks) blocks"
	jobs_are 1
}
