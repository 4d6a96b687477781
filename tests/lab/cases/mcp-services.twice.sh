about='asked for again: satisfied, not run'
. "$here/cases/mcp.words.sh"

drive() {
	ready
	succeeds
	satisfied
}

expect() { jobs_are 1; }
