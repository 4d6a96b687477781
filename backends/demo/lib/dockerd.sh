# dockerd.sh: the daemon as systemctl starts and stops it. Sourced after demo.sh.
# shellcheck shell=sh disable=SC2154

# docker_config FILE: sets c_… from a daemon.json, all defaults when there is none.
docker_config() {
	if [ -e "$1" ]; then
		eval "$(awk -f "$demo/lib/daemon.awk" <"$1")"
	else
		eval "$(awk -f "$demo/lib/daemon.awk" </dev/null)"
	fi
}

# containers_start: the containers with a restart policy, when the daemon comes up.
containers_start() {
	now=$(date +%s)
	awk -F '\t' -v OFS='\t' -v now="$now" -v broken="$c_run" '
	function up(policy, state) { return policy == "always" || (policy == "unless-stopped" && state != "stopped") || (policy ~ /^on-failure/ && state == "running") }
	up($10, $6) {
		if (broken == "") { $6 = "running"; $7 = now; $8 = 0; $9 = 0; $13 = "" }
		else { $6 = "exited"; $8 = now; $9 = 128; $13 = broken }
	}
	{ if ($6 == "stopped") $6 = "exited"; print }' "$demo/docker/containers" >"$demo/docker/containers.new" &&
		mv "$demo/docker/containers.new" "$demo/docker/containers"
	if [ -n "$c_run" ]; then
		log docker.service 'level=error msg="failed to start container" error="failed to create task for container: '"$c_run"'"'
	fi
}

# containers_stop: all that run, when the daemon goes down (live-restore keeps them).
containers_stop() {
	[ "${s_docker_live:-false}" != true ] || return 0
	now=$(date +%s)
	awk -F '\t' -v OFS='\t' -v now="$now" '
	$6 == "running" && $10 != "always" && $10 != "unless-stopped" { $6 = "exited"; $8 = now; $9 = 137 }
	$6 == "running" { $8 = now; $9 = 137; $6 = "running" }
	{ print }' "$demo/docker/containers" >"$demo/docker/containers.new" &&
		mv "$demo/docker/containers.new" "$demo/docker/containers"
}

docker_stop() {
	[ "$s_docker" = active ] || return 0
	log docker.service 'Stopping Docker Application Container Engine...'
	log docker.service 'level=info msg="Processing signal '"'terminated'"'"'
	slow 0.6
	containers_stop
	log docker.service 'level=info msg="Daemon shutdown complete"'
	log docker.service 'docker.service: Deactivated successfully.'
	log docker.service 'Stopped Docker Application Container Engine.'
	save s_docker inactive s_docker_since "$(date +%s)" s_docker_pid 0
}

# docker_start: 0 when it is up, 1 when it refuses to start; the journal says why.
docker_start() {
	[ "$s_docker" != active ] || return 0
	if [ "$s_docker_fails" -ge 3 ]; then
		log docker.service 'Start request repeated too quickly.'
		log docker.service "docker.service: Failed with result 'exit-code'."
		log docker.service 'Failed to start Docker Application Container Engine.'
		save s_docker failed s_docker_result start-limit-hit
		return 1
	fi
	docker_config "$root/etc/docker/daemon.json"
	log docker.service 'Starting Docker Application Container Engine...'
	why=''
	if [ -n "$c_error" ]; then
		why="unable to configure the Docker daemon with file /etc/docker/daemon.json: $c_error"
	elif [ -n "$c_start" ]; then
		log docker.service 'level=info msg="Starting up"'
		why="failed to start daemon: $c_start"
	elif failing docker-start; then
		why="failed to start daemon: ${failing:-error while opening volume store metadata database: timeout}"
	fi
	slow 1.4
	if [ -n "$why" ]; then
		log docker.service "$why"
		log docker.service 'docker.service: Main process exited, code=exited, status=1/FAILURE'
		log docker.service "docker.service: Failed with result 'exit-code'."
		log docker.service 'Failed to start Docker Application Container Engine.'
		# systemd tries twice more by itself (Restart=always, 2 s), which uses up the start limit
		save s_docker failed s_docker_fails 3 s_docker_since "$(date +%s)" s_docker_pid 0 s_docker_result exit-code
		return 1
	fi
	log docker.service 'level=info msg="Starting up"'
	log docker.service 'level=info msg="[graphdriver] using prior storage driver: overlay2"'
	log docker.service 'level=info msg="Loading containers: start."'
	containers_start
	log docker.service 'level=info msg="Loading containers: done."'
	log docker.service 'level=info msg="Docker daemon" commit=411e817 containerd-snapshotter=false storage-driver=overlay2 version=26.1.5+dfsg1'
	log docker.service 'level=info msg="Daemon has completed initialization"'
	log docker.service 'level=info msg="API listen on /run/docker.sock"'
	log docker.service 'Started Docker Application Container Engine.'
	now=$(date +%s)
	# the daemon runs with what it has read, whatever is written to the file afterwards
	{ awk -f "$demo/lib/daemon.awk" <"$root/etc/docker/daemon.json"; } >"$demo/docker/config" 2>/dev/null ||
		awk -f "$demo/lib/daemon.awk" </dev/null >"$demo/docker/config"
	save s_docker active s_docker_since "$now" s_docker_pid $((20000 + now % 9000)) s_docker_fails 0 s_docker_live "$c_live" s_docker_result success
	printf '%s\tdaemon\tstart\n' "$now" >>"$demo/docker/events"
}
