about='rm fails: nothing has changed'
. "$here/cases/1b.words.sh"

prepare() {
	other_rm <<-'END'
		echo 'Device or resource busy' >&2; exit 1
	END
}

drive() {
	after_move
	is activity ready
	run_step
	is state failed
	is failure unchanged
	says '/var/lib/docker.before-move is still there'
}

expect() {
	same containers
	moved
}
