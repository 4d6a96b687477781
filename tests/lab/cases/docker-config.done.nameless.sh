about='the final daemon.json of the documents, a limit without its Name: no container starts, and the step mends it'
. "$here/cases/docker-config.words.sh"

prepare() {
	loaded <<-'END'
		{
		  "storage-driver": "overlay2",
		  "log-driver": "json-file",
		  "log-opts": {"max-size": "10m", "max-file": "3"},
		  "max-concurrent-downloads": 3,
		  "max-concurrent-uploads": 3,
		  "default-ulimits": {"nofile": {"Hard": 64000, "Soft": 64000}}
		}
	END
	guest '! docker run --rm tiny:1 /bin/sh -c :'
}

drive() {
	ready
	is plan '*+  "default-ulimits": {"nofile": {"Name": "nofile", "Hard": 64000, "Soft": 64000}}*'
	succeeds
	starts 64000
	tidy
}

expect() {
	[ "$(now docker)" = active ] || fail "Docker is $(now docker)"
}
