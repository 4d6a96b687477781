about='docker rm says yes and a volume that was not chosen goes with it: that is said'
. "$here/cases/clean-docker.words.sh"

prepare() {
	litter
	wrap docker <<-'END'
		[ "$1" != rm ] || "$real" volume rm lone >/dev/null
		exec "$real" "$@"
	END
}

drive() {
	begin
	console param "$step" containers old
	console param "$step" images ''
	is activity ready
	run_step
	is state failed
	is failure half
	says 'this was not chosen and is gone, too: volume lone'
}

expect() { same containers docker.pid; }
