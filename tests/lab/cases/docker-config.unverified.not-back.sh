about='a container with a restart policy that does not come back: it only starts over and over'
. "$here/cases/docker-config.words.sh"

prepare() {
	guest 'mkdir /srv/data; : >/srv/data/ok
		docker run -d --restart always --name fragile -v /srv/data:/data tiny:1 \
			/bin/sh -c "read x </data/ok || [ -e /data/ok ] || exit 1; exec /bin/sleep 1000000"
		sleep 3; rm /srv/data/ok'
	running fragile web
}

drive() {
	ready
	console within 900
	fails half 0
	is parts.verify '[1-9]*'
	says 'these ran before and do not run now: fragile*'
	guest ": >/srv/data/ok"
	guest 'n=0; until docker ps --filter status=running --format "{{.Names}}" | grep -qx fragile; do
		n=$((n + 1)); [ $n -lt 300 ]; sleep 0.5; done'
	running fragile web
}

expect() {
	same daemon.json containers docker
}
