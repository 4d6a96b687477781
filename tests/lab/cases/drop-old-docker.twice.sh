about='asked for again: satisfied, not run'
. "$here/cases/1b.words.sh"

drive() {
	after_move
	is activity ready
	succeeds
	console prepare "$step"
	refused console confirm "$step"
}

expect() { same containers; }
