about='docker rm fails: nothing has changed, and it says what docker said'
. "$here/cases/clean-docker.words.sh"

prepare() {
	litter
	wrap docker <<-'END'
		[ "$1" != rm ] || { echo 'Error response from daemon: device or resource busy' >&2; exit 1; }
		exec "$real" "$@"
	END
}

drive() {
	left >"$dir/left.before"
	begin
	console param "$step" containers old
	console param "$step" images ''
	is activity ready
	run_step
	is state failed
	is failure unchanged
	is output '*device or resource busy*'
	says 'old is still there'
}

expect() {
	left | cmp - "$dir/left.before" || fail 'something went'
	same containers.all docker.pid
}
