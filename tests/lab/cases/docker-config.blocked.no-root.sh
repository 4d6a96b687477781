about='the user may not use sudo'
host=edge-plain

drive() {
	console connect
	refused console root "$run/password"
	prepare_blocked 'needs root on the server*'
}

expect() {
	same daemon.json etc.docker containers docker.pid
	jobs_are 0
}
