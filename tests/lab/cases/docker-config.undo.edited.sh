about='daemon.json edited since: undo says so, and leaves it alone'
. "$here/cases/docker-config.words.sh"

drive() {
	ready
	succeeds
	guest "sed -i 's/64000/32000/g' $conf; touch -d '1 year ago' $conf"
	readings >"$dir/before"
	undo
	is result half
	says '/etc/docker/daemon.json was edited since: it is left alone. The old one is in /var/backups/twistertui'
}

expect() {
	same daemon.json etc.docker containers docker.pid
}
