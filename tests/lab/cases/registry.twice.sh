about='asked for again: it stays as done, not run'
. "$here/cases/registry.words.sh"

drive() {
	ready
	succeeds
	not_again
}

expect() { jobs_are 1; }
