about='the console killed (SIGKILL) in the middle: the next one finds the job and its end'
. "$here/cases/kube.words.sh"

prepare() {
	hold_at kubectl '*patch*maestro*'
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
	[ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"
	same replicasets
}
