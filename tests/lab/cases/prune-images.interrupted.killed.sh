about='the console killed (SIGKILL) before the first is taken away: the next one finds the job and its end'
. "$here/cases/images.words.sh"

drive() {
	chosen
	hold_at crictl 'rmi*'
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
	# shellcheck disable=SC2086 # names
	images_are $needed
	[ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"
}
