about='power cut in the middle of the restart: the console says what it finds, and undo goes back from there'
. "$here/cases/docker-config.words.sh"

prepare() {
	slow_restart
}

drive() {
	ready
	power_cut_while_held systemctl
	is reason 'cut short; check says it is so, verify says the effect is there*'
	running web
	starts 64000
	undo
	is result ok
	running web
	tidy
}

expect() {
	same daemon.json containers containers.all docker
	jobs_are 2
}
