about='a daemon.json never tried, a flag of dockerd that is a setting, too, a container started with --rm'
. "$here/cases/docker-config.words.sh"

drive() {
	begin
	printf '{"storage-opts": ["overlay2.nosuch=true"]}\n' | guest_file "$conf"
	console prepare "$step"
	is state blocked
	is reason '/etc/docker/daemon.json was written after Docker started*'
	guest "rm $conf; docker run -d --rm --name once tiny:1 /bin/sleep 1000000"
	console prepare "$step"
	is state blocked
	is reason 'once: started with --rm, the restart would remove it for good*'
	guest 'docker rm -f once; mkdir -p /etc/systemd/system/docker.service.d
		printf "[Service]\nEnvironment=DOCKER_OPTS=--log-driver=journald\n" >/etc/systemd/system/docker.service.d/lab.conf
		systemctl daemon-reload; systemctl restart docker'
	console prepare "$step"
	is state blocked
	is reason 'dockerd was started with --log-driver=journald; *'
	guest 'rm -r /etc/systemd/system/docker.service.d; systemctl daemon-reload; systemctl restart docker'
}

expect() {
	same daemon.json containers
	jobs_are 0
}
