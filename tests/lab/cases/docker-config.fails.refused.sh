about='a storage option that --validate takes and the daemon does not: it comes up again by itself with the old file'
. "$here/cases/docker-config.words.sh"

prepare() {
	printf '{"debug": true}\n' | loaded
	guest 'docker run -d --name job tiny:1 /bin/sleep 1000000'
	phase_json .
	# shellcheck disable=SC2016
	sed -i 's|^\t\tneed("\$", "log-opts")|&\n\t\tset("$", "storage-opts", "[\\"overlay2.nosuch=true\\"]")|' \
		"$dir/config/twistertui/phases/$phase/$step.sh"
}

drive() {
	ready
	is plan '*overlay2.nosuch*'
	fails undone '[1-9]*'
	is parts.undo 0
	says 'Docker did not come up: systemd says *'
	says '/etc/docker/daemon.json is as before, Docker answers, a container starts'
	is output '*nosuch*'
	running job web
	tidy
}

expect() {
	same daemon.json containers containers.all docker
}
