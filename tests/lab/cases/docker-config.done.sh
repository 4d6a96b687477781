about='no daemon.json before; a container without a restart policy is started by hand'
. "$here/cases/docker-config.words.sh"

prepare() {
	guest 'docker run -d --name job tiny:1 /bin/sleep 1000000; docker run --name over tiny:1 /bin/sh -c :'
}

drive() {
	ready
	is plan '*+    "max-size": "10m",*docker start job*'
	says 'running containers that stop with Docker and are started again: 2*'
	succeeds
	is result ok
	says 'a container started with nofile 64000 and logs of 10m times 3'
	says 'all containers from before run: 2'
	console prepare "$step"
	says 'daemon.json has logs of 10m times 3*'
	running job web
	starts 64000
	tidy
}

expect() {
	same containers containers.all
	[ "$(was docker.pid)" != "$(now docker.pid)" ] || fail 'Docker was not restarted'
	journal 'select(.kind == "facts" and .when == "after") | .facts["docker.log.limited"].value' | grep -qx 1 ||
		fail 'the journal does not say that logs are limited'
}
