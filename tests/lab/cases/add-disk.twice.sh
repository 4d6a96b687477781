about='asked for again: satisfied, not run'
. "$here/cases/1b.words.sh"

prepare() { blank; }

drive() {
	go
	succeeds
	not_again
}

expect() { jobs_are 1; }
