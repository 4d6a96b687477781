about='asked for again: satisfied, not run'
. "$here/cases/1b.words.sh"

prepare() { blank; }

drive() {
	go
	succeeds
	console prepare "$step"
	refused console confirm "$step"
}

expect() { jobs_are 1; }
