about='daemon.json edited, and then another container started, between the plan and the yes: blocked with the new plan'
. "$here/cases/docker-config.words.sh"

drive() {
	ready
	console ask "$step"
	printf '{"debug": true}\n' | edited
	readings >"$dir/before"
	plan_changed
	is output '*"debug": true*'
	console prepare "$step"
	is activity ready
	console ask "$step"
	guest 'docker run -d --name job tiny:1 /bin/sleep 1000000'
	readings >"$dir/before"
	console confirm "$step"
	console wait "$step"
	is state blocked
	is result changed
	is output '*docker start job*'
}

expect() {
	same daemon.json docker.pid containers
}
