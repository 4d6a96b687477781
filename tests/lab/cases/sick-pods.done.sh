about='builder is scaled to zero, node-debugger deleted; its manifest is kept'
. "$here/cases/kube.words.sh"

drive() {
	begin
	console choices "$step" delete
	[ "$(jq -r '.choices[]' <<<"$said" | grep -c .)" = 2 ] || fail "not two sick pods: $said"
	console param "$step" delete default/node-debugger-edgeserver-x7k2p
	console param "$step" zero twisterlab/deployment/builder
	is activity ready
	says 'twisterlab/builder-*: CrashLoopBackOff, 523 restarts, owned by deployment/builder'
	says 'default/node-debugger-edgeserver-x7k2p: CrashLoopBackOff, 481 restarts, nothing owns it'
	is plan '*+twisterlab/deployment/builder: 0 replicas*'
	succeeds
	is result ok
	says '0 sick pods are left'
}

expect() {
	grew pods -2
	[ "$(kube get deployment -n twisterlab builder -o 'jsonpath={.spec.replicas}')" = 0 ] || fail 'builder is not at zero'
	! kube get pods -A | grep 'builder-\|node-debugger' || fail 'sick pods are there'
	guest 'grep -q "^  name: node-debugger-edgeserver-x7k2p" \
		/var/backups/twistertui/sick-pods/default_node-debugger-edgeserver-x7k2p.yaml' || fail 'no manifest was kept'
	same replicasets limits
}
