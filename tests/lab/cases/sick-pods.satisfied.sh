about='no pod is sick: nothing is run'
. "$here/cases/kube.words.sh"

prepare() {
	kube delete deployment -n twisterlab builder >&2
	kube delete pod node-debugger-edgeserver-x7k2p >&2
}

drive() {
	begin
	satisfied 'no pod is sick'
}

expect() {
	same pods pods.others replicas
}
