about='saved every night already, and whole: nothing is run'
phase=0-stabilisation

drive() {
	ready
	succeeds
	stranger
	satisfied '*not longer ago than 26 hours: postgres redis'
}

expect() {
	same docker.pid
}
