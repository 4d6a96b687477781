about='no daemon.json before: taken away again, and the same proved; a file that was edited since is left alone'
. "$here/cases/docker-config.words.sh"

drive() {
	ready
	run_step
	is state 'done'
	is can_undo true
	guest "cp -p $conf /root/ours; echo >>$conf"
	console undo "$step"
	console wait "$step"
	is result half
	says '/etc/docker/daemon.json was edited since: it is left alone*'
	guest "cmp -s /root/ours $conf && exit 1; mv /root/ours $conf"
	console prepare "$step"
	console state "$step"
	is can_undo true
	console undo "$step"
	console wait "$step"
	is result ok
	running web
	tidy
}

expect() {
	same daemon.json containers containers.all docker
}
