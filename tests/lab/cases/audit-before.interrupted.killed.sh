about='the console killed (SIGKILL) while the cluster is asked: the next one has the findings'
. "$here/cases/kube.words.sh"

prepare() {
	hold_at kubectl '*get?deployments*'
}

drive() {
	ready
	killed_while_held
	says 'warning: deployments not ready: 2 (twisterlab/*: 0/1)'
}

expect() {
	jobs_are 1
}
