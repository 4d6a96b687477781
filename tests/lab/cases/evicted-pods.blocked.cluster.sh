about='no kubectl; an API that refuses, hangs, forbids, does not know who asks'
. "$here/cases/kube.words.sh"

drive() {
	begin
	unreachable
}

expect() {
	same pods pods.failed
	jobs_are 0
}
