about='the console killed (SIGKILL) in the middle: the next one finds the job and its end'
. "$here/cases/kube.words.sh"

prepare() {
	hold_at kubectl '*patch*maestro*'
}

drive() {
	ready
	killed_while_held
}

expect() {
	jobs_are 1
	same replicasets
}
