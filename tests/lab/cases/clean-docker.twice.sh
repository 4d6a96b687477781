about='asked for again: satisfied, not run'
. "$here/cases/clean-docker.words.sh"

prepare() { litter; }

drive() {
	begin
	console param "$step" containers old
	is activity ready
	succeeds
	not_again
}

expect() {
	same containers
	jobs_are 1
}
