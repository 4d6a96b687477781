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
	param_blocked http_port 80 'port 80 is taken by busybox, pid *: choose another one (e)'
	param_blocked http_port 443 'port 443 is taken by shop (Docker): choose another one (e)'
	param_blocked http_port 8443 'http and https cannot both have port 8443'
	console param "$step" http_port 8085
	is activity ready
	guest 'docker rename shop redis'
	prepare_blocked 'container redis (tiny:1) has a name that Harbor needs for its own: *'
	guest 'docker rename redis shop; fallocate -l $(($(df --output=avail -B1 / | tail -n 1) - 3000000000)) /var/full'
	prepare_blocked '/dev/mapper/ubuntu--vg-ubuntu--lv has 28?? MiB free, 10??? are needed'
	guest 'rm /var/full; mv /usr/local/bin/docker-compose /usr/local/bin/away'
	prepare_blocked 'Docker has no compose, and there is no docker-compose: *'
	guest 'mv /usr/local/bin/away /usr/local/bin/docker-compose; systemctl stop docker.socket docker'
	prepare_blocked 'Docker does not answer: *'
	guest 'systemctl start docker'
}

expect() {
	jobs_are 0
	guest '[ ! -e /opt/harbor ]' || fail 'something was written'
}
