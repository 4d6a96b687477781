about='it is there already'
. "$here/cases/1b.words.sh"

drive() {
	go
	succeeds
	stranger
	console param "$step" to "$place"
	is state satisfied
}

expect() { moved; }
