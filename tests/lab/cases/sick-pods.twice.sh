about='asked for again: satisfied, not run'
. "$here/cases/kube.words.sh"

prepare() {
	by_default delete default/node-debugger-edgeserver-x7k2p zero twisterlab/deployment/builder
}

drive() {
	ready
	run_step
	is state 'done'
	console prepare "$step"
	refused console confirm "$step"
}

expect() {
	grew pods -2
	[ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"
}
