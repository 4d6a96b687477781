about='copied, compared, mounted; containers and images are back, a restarted server has them'
. "$here/cases/1b.words.sh"

prepare() { guest 'docker run -d --name job tiny:1 /bin/sleep 1000000'; }

drive() {
	begin
	console param "$step" to "$place"
	console param "$step" compare bytes
	is activity ready
	succeeds
	is result ok
	says 'all containers from before run: 2'
	moved
	power off
	power on
	guest 'n=0; until docker ps --format "{{.Names}}" | grep -q web; do n=$((n + 1)); [ $n -lt 300 ]; sleep 1; done'
	moved
}

expect() {
	[ "$(guest 'docker images -q | wc -l')" = 1 ] || fail 'images'
	[ "$(guest 'stat -c %a /etc/fstab')" = 644 ] || fail 'fstab has another mode'
}
