about='a restart that never ends: past its time limit, and put back'
. "$here/cases/docker-config.words.sh"

prepare() {
	phase_json '.steps |= map(if .id == "docker-config" then .timeout = "4m" else . end)'
	wrap systemctl <<-'END'
		if [ "$1" = restart ] && [ ! -e /run/lab/held ]; then
			: >/run/lab/held
			exec sleep 1000
		fi
		exec "$real" "$@"
	END
}

drive() {
	ready
	console within 900
	fails undone 124
	is parts.undo 0
	guest '! pgrep -f "sleep 1000$"'
	running web
	tidy
}

expect() {
	same daemon.json containers docker
}
