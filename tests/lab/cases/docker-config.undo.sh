about='no daemon.json before: taken away again, and the same proved'
. "$here/cases/docker-config.words.sh"

drive() {
	ready
	succeeds
	is can_undo true
	undo
	is result ok
	is state todo
	says '/etc/docker/daemon.json is as before, Docker answers, a container starts'
	running web
	tidy
}

expect() {
	same daemon.json containers containers.all docker
}
