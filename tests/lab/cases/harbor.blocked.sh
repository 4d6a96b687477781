about='port 80 taken by a process, 443 by a container, a container with a name of Harbor, no room, no compose, Docker stopped'
. "$here/cases/harbor.words.sh"

prepare() {
	made
	guest 'systemd-run -q --unit lab-web /usr/bin/busybox httpd -f -p 80 -h /srv
		docker run -d --name shop -p 443:443 tiny:1 /bin/sleep 1000000 >/dev/null
		n=0; until [ -n "$(ss -H -l -t -n "sport = :80")" ]; do n=$((n + 1)); [ $n -lt 300 ]; sleep 0.2; done'
}

drive() {
	begin
	console param "$step" http_port 80
	blocked 'port 80 is taken by busybox, pid *: choose another one (e)'
	console param "$step" http_port 443
	blocked 'port 443 is taken by shop (Docker): choose another one (e)'
	console param "$step" http_port 8443
	blocked 'http and https cannot both have port 8443'
	console param "$step" http_port 8085
	is activity ready
	guest 'docker rename shop redis'
	console prepare "$step"
	blocked 'container redis (tiny:1) has a name that Harbor needs for its own: *'
	guest 'docker rename redis shop; fallocate -l $(($(df --output=avail -B1 / | tail -n 1) - 3000000000)) /var/full'
	console prepare "$step"
	blocked '/dev/mapper/ubuntu--vg-ubuntu--lv has 28?? MiB free, 10??? are needed'
	guest 'rm /var/full; mv /usr/local/bin/docker-compose /usr/local/bin/away'
	console prepare "$step"
	blocked 'Docker has no compose, and there is no docker-compose: *'
	guest 'mv /usr/local/bin/away /usr/local/bin/docker-compose; systemctl stop docker.socket docker'
	console prepare "$step"
	blocked 'Docker does not answer: *'
	guest 'systemctl start docker'
}

# blocked REASON
blocked() {
	is state blocked
	is reason "$1"
	refused console confirm "$step"
}

expect() {
	[ "$(now jobs)" = 0 ] || fail 'a job was started'
	guest '[ ! -e /opt/harbor ]' || fail 'something was written'
}
