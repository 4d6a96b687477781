about='as wanted already: nothing is run'
. "$here/cases/docker-config.words.sh"

prepare() {
	loaded <<-'END'
		{"default-ulimits": {"nofile": {"Soft": 64000, "Name": "nofile", "Hard": 64000}}, "storage-driver": "overlay2",
		 "max-concurrent-downloads": 3, "max-concurrent-uploads": 3, "log-driver": "json-file",
		 "log-opts": {"max-file": "3", "max-size": "10m"}}
	END
}

drive() {
	begin
	satisfied 'daemon.json has logs of 10m times 3 and nofile 64000, and Docker has read it'
}

expect() {
	same daemon.json etc.docker containers docker.pid
	jobs_are 0
}
