about='the console killed (SIGKILL) while pods are deleted: the next one finds the job and its end'
. "$here/cases/kube.words.sh"

prepare() {
	hold_at kubectl '*delete*'
}

drive() {
	ready
	killed_while_held
}

expect() {
	grew pods -120
	jobs_are 1
}
