about='the console killed (SIGKILL) in the middle: the next one finds the job and its end'

prepare() {
	hold lvextend
}

drive() {
	ready
	killed_while_held
	is output '*The filesystem on *is now 39321600 (4k) blocks long*'
}

expect() {
	grew lv.bytes $((50 << 30))
	jobs_are 1
}
