about='the console killed (SIGKILL) before the containers start: the next one finds the job and its end'
. "$here/cases/harbor.words.sh"

drive() {
	ready
	hold_at docker-compose 'up*'
	killed_while_held
}

expect() {
	[ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"
	harbor_runs
	secrets admin
}
