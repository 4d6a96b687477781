about='two operators confirm the same plan: it runs once'

prepare() {
	hold lvextend
}

drive() {
	ready
	other connect
	other root
	other prepare "$step"
	is activity ready
	console confirm "$step"
	held
	other confirm "$step"
	other wait "$step"
	is reason 'not started: another console holds the lock: console@workstation*'
	release
	console wait "$step"
	is state 'done'
}

expect() {
	grew lv.bytes $((50 << 30))
	jobs_are 1
}
