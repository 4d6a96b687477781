about='asked for again: it stays as done, not run'
. "$here/cases/1b.words.sh"

drive() {
	go
	succeeds
	not_again
}

expect() {
	moved
	jobs_are 1
}
