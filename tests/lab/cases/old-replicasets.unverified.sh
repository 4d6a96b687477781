about='the API says that it is deleted, and a finalizer keeps it: seen'
. "$here/cases/kube.words.sh"

prepare() {
	one=$(kube get replicasets -n twisterlab -l app=maestro -o json |
		jq -r '.items[].metadata | select(.annotations["deployment.kubernetes.io/revision"] == "1") | .name')
	kube patch replicaset -n twisterlab "$one" --type=merge -p '{"metadata":{"finalizers":["lab/pinned"]}}' >&2
}

drive() {
	begin
	console param "$step" history 1
	is activity ready
	says 'twisterlab/maestro can no longer go back to revision 1'
	run_step
	is state failed
	is parts.apply 0
	is parts.verify '[1-9]*'
	says "twisterlab/$one is still there"
}

expect() {
	[ "$(now replicasets.empty)" = 7 ] || fail "$(now replicasets.empty) empty ones are there"
	same pods.others replicas
}
