about='dockerd hangs (SIGSTOP): the step says so, and the console goes on'
. "$here/cases/docker-config.words.sh"

drive() {
	begin
	guest 'kill -STOP $(systemctl show -p MainPID --value docker)'
	console prepare "$step"
	is reason 'the server did not answer within * min*'
	refused console confirm "$step"
	guest 'kill -CONT $(systemctl show -p MainPID --value docker)'
	console prepare "$step"
	is activity ready
}

expect() {
	same daemon.json containers docker.pid
	jobs_are 0
}
