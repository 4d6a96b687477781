about='two Dockerfiles, chosen from a list, each cold and cached and timed; no image and no container is left'
. "$here/cases/build.words.sh"

prepare() {
	dockerfile "$mcp"
	dockerfile /home/twister/api 'LABEL n=1'
}

drive() {
	chosen
	console choices "$step" dockerfiles
	[ "$(jq -c .choices <<<"$said")" = "[\"/home/twister/api/Dockerfile\",\"$mcp/Dockerfile\"]" ] || fail "other choices: $said"
	console param "$step" dockerfiles "$mcp /home/twister/api/Dockerfile"
	is activity ready
	is plan "*\$ docker build --no-cache -t twistertui-build-test:srv-mcp -f $mcp/Dockerfile $mcp*"
	succeeds
	is result ok
	is output '*Step 2/2 : COPY notes /notes*Using cache*'
	says "$mcp/Dockerfile: cold * s, cached * s; there is no earlier figure"
	says '/home/twister/api/Dockerfile: cold *'
	says 'what the builds made was taken away again'
}

expect() {
	local name
	for name in cold.srv-mcp cached.srv-mcp cold.home-twister-api cached.home-twister-api; do
		[[ $(figure $name) =~ ^[0-9]+(\.[0-9]+)?$ ]] || fail "$name is \"$(figure $name)\""
	done
	as_before
	[ "$(guest 'stat -c %a /var/backups/twistertui/build-tests')" = 600 ] || fail 'others may read the figures'
}
