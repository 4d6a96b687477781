about='the console killed (SIGKILL) while it is deleted: found again, ended, made once'
. "$here/cases/1b.words.sh"

prepare() {
	other_rm <<-'END'
		: >/run/lab/held
		until [ -e /run/lab/go ]; do sleep 0.2; done
		exec "$real" "$@"
	END
}

drive() {
	after_move
	is activity ready
	killed_while_held
}

expect() {
	same containers
	[ "$(where_docker)" = '/dev/sdc[/docker]' ] || fail "$(where_docker)"
}
