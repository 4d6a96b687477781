about='BuildKit, which Docker 20.10 has in itself: cold and cached, and its cache is as before'
suites='bookworm'
. "$here/cases/build.words.sh"

prepare() {
	dockerfile "$mcp"
	echo '{"features": {"buildkit": true}}' | guest_file /etc/docker/daemon.json
	guest 'systemctl restart docker; n=0; until docker version >/dev/null 2>&1; do n=$((n + 1)); [ $n -lt 300 ]; sleep 0.2; done
		mkdir /srv/other; cp /srv/mcp/notes /srv/other/; printf "FROM tiny:1\nCOPY notes /other\n" >/srv/other/Dockerfile
		docker build -q /srv/other; docker rmi $(docker images -q -f dangling=true)'
	traces >"$dir/traces.before"
	grep -q '^[a-z0-9]\{10,\}$' "$dir/traces.before" || fail 'BuildKit has no cache'
}

drive() {
	chosen
	is activity ready
	succeeds
	is result ok
	is output '*load build definition*CACHED*'
	says 'what the builds made was taken away again'
}

expect() {
	traces | cmp - "$dir/traces.before" || fail "left on the server: $(traces)"
}
