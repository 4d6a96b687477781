about='log-opts with max-size 10q: validated, restarted, active, and no container starts: seen, and put back'
. "$here/cases/docker-config.words.sh"

prepare() {
	printf '{"debug": true}\n' | loaded
	phase_json '.steps |= map(if .id == "docker-config" then .params[0].pattern = "10[a-z]" else . end)'
}

drive() {
	begin
	console param "$step" max_size 10q
	is activity ready
	fails undone 0
	is parts.verify '[1-9]*'
	is parts.undo 0
	says 'no container starts: *'
	running web
	tidy
}

expect() {
	same daemon.json containers docker
}
