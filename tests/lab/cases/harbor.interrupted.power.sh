about='power cut while it is installed: the console says that it is not so, and undo takes away what was begun'
. "$here/cases/harbor.words.sh"

drive() {
	ready
	hold_at docker-compose 'up*'
	console confirm "$step"
	held
	guest sync
	power_cut docker-compose
	interrupted
	is reason 'cut short; check says it is not so*'
	undo
	is result ok
}

expect() { no_harbor; }
