about='nothing was moved'
. "$here/cases/1b.words.sh"

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason 'Docker has not been moved by the step before*'
}

expect() { same containers docker.pid; }
