about='the console killed (SIGKILL) before the push: the next one finds the job and its end'
. "$here/cases/registry.words.sh"

drive() {
	ready
	hold_at docker 'push*'
	killed_while_held
}

expect() {
	jobs_are 1
	ours | cmp - <(guest "cat $yaml") || fail "another $yaml"
	tidy
}
