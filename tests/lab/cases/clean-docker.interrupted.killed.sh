about='the console killed (SIGKILL) while docker rm runs: found again, ended, made once'
. "$here/cases/clean-docker.words.sh"

prepare() {
	litter
	wrap docker <<-'END'
		if [ "$1" = rm ]; then
			: >/run/lab/held
			until [ -e /run/lab/go ]; do sleep 0.2; done
		fi
		exec "$real" "$@"
	END
}

drive() {
	begin
	console param "$step" containers old
	is activity ready
	killed_while_held
}

expect() {
	same containers
	[ "$(now containers.all)" = 'web ' ] || fail "containers: $(now containers.all)"
	jobs_are 1
}
