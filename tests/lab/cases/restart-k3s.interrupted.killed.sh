about='the console killed (SIGKILL) before the restart: the next one finds the job and its end'
. "$here/cases/k3s.words.sh"

drive() {
	ready
	hold_at systemctl 'restart?k3s'
	console confirm "$step"
	held
	console until "$step" activity=running
	dies console kill
	begin
	console until "$step" state=running
	release
	console until "$step" state=done activity=idle
	is attempt 1
	says 'k3s was restarted, and all 16 pods that were ready are ready again'
}

expect() {
	[ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"
	same pods pods.others
}
