about='the API says that it is deleted, and a finalizer keeps it: seen'
. "$here/cases/kube.words.sh"

drive() {
	begin
	pinned default/node-debugger-edgeserver-x7k2p
	console param "$step" delete default/node-debugger-edgeserver-x7k2p
	is activity ready
	run_step
	is state failed
	is parts.apply 0
	says 'default/node-debugger-edgeserver-x7k2p is still there'
}

expect() {
	grew pods 0
}
