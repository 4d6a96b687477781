about='asked for again: satisfied, not run'
. "$here/cases/images.words.sh"

drive() {
	chosen
	succeeds
	console prepare "$step"
	refused console confirm "$step"
}

expect() { jobs_are 1; }
