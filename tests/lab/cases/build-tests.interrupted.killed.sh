about='the console killed (SIGKILL) before the first build: the next one finds the job and its end'
. "$here/cases/build.words.sh"

drive() {
	chosen
	is activity ready
	hold_at docker 'build*'
	killed_while_held
	says 'what the builds made was taken away again'
}

expect() {
	jobs_are 1
	as_before
}
