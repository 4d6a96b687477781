about='the limits are those from before, each its own'
. "$here/cases/kube.words.sh"

prepare() {
	kube patch deployment -n monitoring grafana -p '{"spec":{"revisionHistoryLimit":7}}' >&2
}

drive() {
	ready
	succeeds
	undo
	is state todo
	says 'the limits are as before; *'
}

expect() {
	same limits replicasets replicas pods.others
}
