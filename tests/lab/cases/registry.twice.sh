about='asked for again: satisfied, not run'
. "$here/cases/registry.words.sh"

drive() {
	ready
	succeeds
	satisfied
}

expect() { jobs_are 1; }
