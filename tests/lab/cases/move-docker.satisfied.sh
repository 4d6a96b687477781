about='it is there already'
. "$here/cases/1b.words.sh"

drive() {
	go
	run_step
	is state 'done'
	console prepare "$step"
	is state satisfied
}

expect() { moved; }
