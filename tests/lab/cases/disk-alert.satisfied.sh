about='it warns every hour already: nothing is run'
phase=0-stabilisation
panels=no

drive() {
	ready
	succeeds
	console_close console
	guest 'rm -rf /var/lib/twistertui/runs'
	rm -rf "$dir/state"
	begin
	satisfied '*every hour, over 80 %'
}

expect() { same docker.pid; }
