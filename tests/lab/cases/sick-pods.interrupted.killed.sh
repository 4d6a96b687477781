about='the console killed (SIGKILL) between scaling and deleting: the next one finds the job and its end'
. "$here/cases/kube.words.sh"

prepare() {
	hold_at kubectl '*delete*'
}

drive() {
	begin
	console param "$step" zero twisterlab/deployment/builder
	console param "$step" delete default/node-debugger-edgeserver-x7k2p
	is activity ready
	console confirm "$step"
	held
	console until "$step" activity=running
	dies console kill
	begin
	console until "$step" state=running
	release
	console until "$step" state=done activity=idle
	is attempt 1
}

expect() {
	grew pods -2
	[ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"
}
