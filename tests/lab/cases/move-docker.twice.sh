about='asked for again: satisfied, not run'
. "$here/cases/1b.words.sh"

drive() {
	go
	succeeds
	console prepare "$step"
	refused console confirm "$step"
}

expect() {
	moved
	jobs_are 1
}
