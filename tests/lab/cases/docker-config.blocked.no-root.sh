about='the user may not use sudo'
host=edge-plain

drive() {
	console connect
	refused console root "$run/password"
	console prepare "$step"
	is state blocked
	is reason 'needs root on the server*'
	refused console confirm "$step"
}

expect() {
	same daemon.json etc.docker containers docker.pid
	[ "$(now jobs)" = 0 ] || fail 'a job was started'
}
