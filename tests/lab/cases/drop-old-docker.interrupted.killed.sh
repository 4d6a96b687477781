about='the console killed (SIGKILL) while it is deleted: found again, ended, made once'
. "$here/cases/1b.words.sh"

prepare() {
	other_rm <<-'END'
		: >/run/lab-held
		until [ -e /run/lab-go ]; do sleep 0.2; done
		exec "$real" "$@"
	END
}

drive() {
	after_move
	is activity ready
	console confirm "$step"
	held
	console until "$step" activity=running
	dies console kill
	begin
	console until "$step" state=running
	release
	console until "$step" state=done activity=idle
	is attempt 1
}

expect() {
	same containers
	[ "$(where_docker)" = '/dev/sdc[/docker]' ] || fail "$(where_docker)"
}
