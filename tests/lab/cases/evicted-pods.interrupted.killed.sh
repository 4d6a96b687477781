about='the console killed (SIGKILL) while pods are deleted: the next one finds the job and its end'
. "$here/cases/kube.words.sh"

prepare() {
	hold_at kubectl '*delete*'
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
}

expect() {
	grew pods -120
	[ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"
}
