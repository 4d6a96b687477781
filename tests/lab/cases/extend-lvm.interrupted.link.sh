about='the link lost in the middle, and back: followed to its end'

prepare() {
	hold lvextend
}

drive() {
	ready
	console confirm "$step"
	held
	console until "$step" activity=running
	console drop-link
	console link up
	release
	console wait "$step"
	is state 'done'
	is attempt 1
	is output '*The filesystem on *is now 39321600 (4k) blocks long*'
}

expect() {
	grew lv.bytes $((50 << 30))
	jobs_are 1
}
