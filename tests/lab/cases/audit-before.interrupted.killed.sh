about='the console killed (SIGKILL) while the cluster is asked: the next one has the findings'
. "$here/cases/kube.words.sh"

prepare() {
	hold_at kubectl '*get?deployments*'
}

drive() {
	ready
	console confirm "$step"
	held
	console until "$step" activity=running
	dies console kill
	begin
	console until "$step" state=running
	release
	console until "$step" state=done activity=idle
	is attempt 1
	says 'warning: deployments not ready: 2 (twisterlab/*: 0/1)'
}

expect() {
	[ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"
}
