about='a daemon.json that cannot be merged: syntax, an unknown key, another log driver, given twice, a link, no text'
. "$here/cases/docker-config.words.sh"

drive() {
	begin
	printf '{\n  "debug": true,\n}\n' | edited
	prepare_blocked '/etc/docker/daemon.json cannot be merged with: a key is missing (line 3)'
	printf '{"debug": true\n' | edited
	prepare_blocked '/etc/docker/daemon.json cannot be merged with: a comma or } is missing*'
	printf '{"log-driver": "journald"}\n' | edited
	prepare_blocked '/etc/docker/daemon.json cannot be merged with: log-driver is journald*'
	printf '{"log-opts": {"max-size": "1m"}, "log-opts": {}}\n' | edited
	prepare_blocked '*"log-opts" is given twice*'
	printf '{"a": "\000"}\n' | edited
	prepare_blocked '*holds NUL bytes*'
	guest "rm $conf; ln -s /root/elsewhere.json $conf; echo '{}' >/root/elsewhere.json"
	prepare_blocked '*is a link or no plain file*'
	guest "rm $conf"
	if [ "$SUITE" = trixie ]; then
		printf '{\n "log-drivr": "x"\n}\n' | edited
		prepare_blocked "dockerd would refuse daemon.json with our settings in it: *log-drivr*"
		guest "rm $conf"
	fi
}

expect() {
	same daemon.json docker.pid containers
	jobs_are 0
}
