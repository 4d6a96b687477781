about='it is there already'
. "$here/cases/1b.words.sh"

drive() {
	go
	succeeds
	console prepare "$step"
	is state satisfied
}

expect() { moved; }
