about='the console killed (SIGKILL) before the first is taken away: the next one finds the job and its end'
. "$here/cases/images.words.sh"

drive() {
	chosen
	hold_at crictl 'rmi*'
	killed_while_held
}

expect() {
	# shellcheck disable=SC2086 # names
	images_are $needed
	jobs_are 1
}
