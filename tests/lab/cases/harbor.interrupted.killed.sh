about='the console killed (SIGKILL) before the containers start: the next one finds the job and its end'
. "$here/cases/harbor.words.sh"

drive() {
	ready
	hold_at docker-compose 'up*'
	killed_while_held
}

expect() {
	jobs_are 1
	harbor_runs
	secrets admin
}
