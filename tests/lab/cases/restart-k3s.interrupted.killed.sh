about='the console killed (SIGKILL) before the restart: the next one finds the job and its end'
. "$here/cases/k3s.words.sh"

drive() {
	ready
	hold_at systemctl 'restart?k3s'
	killed_while_held
	says 'k3s was restarted, and all 16 pods that were ready are ready again'
}

expect() {
	jobs_are 1
	same pods pods.others
}
