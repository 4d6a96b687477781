about='somebody scales it, and the pod goes, between the plan and the yes: blocked with the new plan'
. "$here/cases/kube.words.sh"

prepare() {
	by_default delete default/node-debugger-edgeserver-x7k2p zero twisterlab/deployment/builder
}

drive() {
	ready
	console ask "$step"
	kube scale deployment -n twisterlab builder --replicas=2 >&2
	kube delete pod node-debugger-edgeserver-x7k2p >&2
	plan_changed
	is output '*-twisterlab/deployment/builder: 2 replicas*'
	console prepare "$step"
	is activity ready
}

expect() {
	[ "$(kube get deployment -n twisterlab builder -o 'jsonpath={.spec.replicas}')" = 2 ] || fail 'it was scaled'
}
