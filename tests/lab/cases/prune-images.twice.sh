about='asked for again: satisfied, not run'
. "$here/cases/images.words.sh"

drive() {
	chosen
	succeeds
	not_again
}

expect() { jobs_are 1; }
