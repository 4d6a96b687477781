about='rm says yes and deletes nothing: seen'
. "$here/cases/1b.words.sh"

prepare() {
	other_rm <<-'END'
		exit 0
	END
}

drive() {
	after_move
	is activity ready
	run_step
	is state failed
	says '/var/lib/docker.before-move is still there'
}

expect() { moved; }
