about='asked for again: it stays as done, not run'
. "$here/cases/1b.words.sh"

prepare() { added; }


drive() {
	go
	succeeds
	not_again
}

expect() {
	one_volume
	jobs_are 1
}
