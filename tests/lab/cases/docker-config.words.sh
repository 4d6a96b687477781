# What the cases of docker-config share; not a case. Each begins with: . "$here/cases/docker-config.words.sh"
# shellcheck shell=bash disable=SC2034,SC2016 # for matrix-case; scripts for the guest
conf=/etc/docker/daemon.json

# loaded: standard input is daemon.json, and Docker runs with it.
loaded() {
	guest_file "$conf" "${1-}"
	guest 'systemctl reset-failed docker; systemctl restart docker; n=0
		until docker version >/dev/null 2>&1; do n=$((n + 1)); [ $n -lt 300 ]; sleep 0.2; done'
}

# edited: the same, as if it had been so since before Docker started.
edited() {
	guest_file "$conf" "${1-}"
	guest "touch -d '1 year ago' $conf"
}

# running NAME…: these containers run, and no other.
running() {
	local names
	names=$(guest 'docker ps --filter status=running --format "{{.Names}}" | sort | tr "\n" " "')
	[ "$names" = "$* " ] || fail "containers that run: $names"
}

# starts OPEN-FILES: a container starts, with that limit.
starts() {
	local n
	n=$(guest 'docker run --rm --network none tiny:1 sh -c "ulimit -n"') || fail 'no container starts'
	[ "$n" = "$1" ] || fail "a container has $n open files, not $1"
}

# tidy: nothing is left of the proof.
tidy() {
	local left
	left=$(guest 'docker ps -a --format "{{.Names}}" | grep twistertui || :
		docker images --format "{{.Repository}}" | grep twistertui || :
		ls -A /tmp | grep twistertui || :; ls -A /etc/docker | grep twistertui || :')
	[ -z "$left" ] || fail "left on the server: $left"
}

# slow_restart: the first restart of Docker that is asked for begins, and then hangs.
slow_restart() {
	wrap systemctl <<-'END'
		if [ "$1" = restart ] && [ ! -e /run/lab/held ]; then
			"$real" "$@" &
			: >/run/lab/held
			until [ -e /run/lab/go ]; do sleep 0.2; done
			wait
			exit
		fi
		exec "$real" "$@"
	END
}
