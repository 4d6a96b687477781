about='it warns every hour already: nothing is run'
phase=0-stabilisation

drive() {
	ready
	succeeds
	stranger
	satisfied '*every hour, over 80 %'
}

expect() { same docker.pid; }
