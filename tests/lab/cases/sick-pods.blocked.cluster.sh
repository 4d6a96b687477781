about='no kubectl; an API that refuses, hangs, forbids, does not know who asks'
. "$here/cases/kube.words.sh"

drive() {
	begin
	console param "$step" zero twisterlab/deployment/builder
	unreachable
}

expect() {
	same pods pods.others replicas
}
