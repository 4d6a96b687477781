about='power cut between scaling and deleting: undo goes back from there'
. "$here/cases/kube.words.sh"

prepare() {
	hold_at kubectl '*delete*'
}

drive() {
	begin
	console param "$step" zero twisterlab/deployment/builder
	console param "$step" delete default/node-debugger-edgeserver-x7k2p
	is activity ready
	power_cut_while_held kubectl
	is reason 'cut short; check says it is not so*'
	undo
	is result ok
	says 'twisterlab/deployment/builder has 1 replica again'
}

expect() {
	same replicas
	kube get pod node-debugger-edgeserver-x7k2p >/dev/null || fail 'a pod was deleted'
}
