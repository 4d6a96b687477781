about='asked for again: satisfied, not run'
. "$here/cases/1b.words.sh"

drive() {
	after_move
	is activity ready
	succeeds
	not_again
}

expect() { same containers; }
