about='asked for again: it stays as done, not run'
. "$here/cases/mcp.words.sh"

drive() {
	ready
	succeeds
	not_again
}

expect() { jobs_are 1; }
