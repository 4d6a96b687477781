about='the link lost while Docker restarts, and back: followed to its end'
. "$here/cases/docker-config.words.sh"

prepare() { slow_restart; }

drive() {
	ready
	console confirm "$step"
	held
	console until "$step" activity=running
	console drop-link
	console link up
	release
	console wait "$step"
	is state 'done'
	is attempt 1
	running web
	tidy
}

expect() {
	same containers containers.all
	jobs_are 1
}
