about='saved every night already, and whole: nothing is run'
phase=0-stabilisation

drive() {
	ready
	succeeds
	console_close console
	guest 'rm -rf /var/lib/twistertui/runs'
	rm -rf "$dir/state"
	begin
	satisfied '*not longer ago than 26 hours: postgres redis'
}

expect() {
	same docker.pid
}
