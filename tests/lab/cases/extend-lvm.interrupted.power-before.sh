about='power cut before anything was written; found by a new console, run again'

prepare() {
	hold lvextend
}

drive() {
	ready
	console confirm "$step"
	held
	console until "$step" activity=running
	dies console kill
	power off
	power on
	guest 'rm /usr/local/sbin/lvextend'
	begin
	interrupted
	is reason 'cut short; check says it is not so, verify says the effect is not there*'
	is attempt 1
	console prepare "$step"
	is state interrupted
	is activity ready
	succeeds
	is attempt 2
}

expect() {
	grew lv.bytes $((50 << 30))
	[ "$(now fs.blocks)" = 39321600 ] || fail "the filesystem has $(now fs.blocks) blocks"
	jobs_are 2
}
