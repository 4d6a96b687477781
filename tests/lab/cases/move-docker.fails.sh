about='the copy breaks off: Docker runs from its old folder again, the copy is gone'
. "$here/cases/1b.words.sh"

prepare() {
	wrap cp <<-'END'
		case $* in *twistertui-new*) "$real" "$@"; echo 'No space left on device' >&2; exit 1 ;; esac
		exec "$real" "$@"
	END
}

drive() {
	go
	is activity ready
	run_step
	is state failed
	is failure undone
	says 'the copy to * failed'
}

expect() {
	same containers containers.all
	not_moved
	guest "! ls -d $place/docker*" || fail 'the copy is left'
}
