about='power cut while it is installed: the console says that it is not so, and undo takes away what was begun'
. "$here/cases/harbor.words.sh"

drive() {
	ready
	hold_at docker-compose 'up*'
	console confirm "$step"
	held
	guest sync
	power off
	power on
	guest 'rm /usr/local/sbin/docker-compose'
	console within 900
	console link up
	interrupted
	is reason 'cut short; check says it is not so*'
	console undo "$step"
	console wait "$step"
	is result ok
}

expect() { no_harbor; }
