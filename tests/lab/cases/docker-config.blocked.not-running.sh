about='Docker stopped (and left stopped), failed, masked, not there'
. "$here/cases/docker-config.words.sh"
panels=yes

drive() {
	begin
	console panels
	# The socket stays: any question would start it again. Docker 20.10 closes its own before all else, so one that is on its way
	# in that moment does, whoever asks: not now.
	guest 'quiet=0; until [ $quiet = 15 ]; do
		if pgrep -f "^docker (info|version|ps|inspect|images|system) " >/dev/null; then quiet=0; else quiet=$((quiet + 1)); fi
		sleep 0.1
	done; systemctl stop docker 2>/dev/null'
	console panels
	prepare_blocked 'systemd says that docker is inactive: get it running first*'
	sleep 20 # the panels go on looking
	guest '! systemctl is-active docker' || fail 'a Docker that was stopped has been started'
	guest 'systemctl mask --now docker docker.socket'
	console prepare "$step"
	is state blocked
	is reason 'systemd has docker masked*'
	guest 'systemctl unmask docker docker.socket; mv /usr/bin/docker /root/'
	console prepare "$step"
	is state blocked
	is reason 'docker is not on this server'
	guest 'mv /root/docker /usr/bin/; systemctl start docker.socket docker'
	console prepare "$step"
	is activity ready
}

expect() {
	same daemon.json etc.docker
	jobs_are 0
}
