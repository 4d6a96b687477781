about='a build that hangs past its limit is ended, at the client and in the daemon'
. "$here/cases/build.words.sh"

prepare() { dockerfile "$mcp" 'RUN ["/bin/sleep", "1000003"]'; }

drive() {
	chosen "$mcp" 30s
	is activity ready
	console confirm "$step"
	console within 900
	console wait "$step"
	is state failed
	is failure unchanged
	says "$mcp/Dockerfile: the cold build passed its limit of 30s and was ended"
	guest '! pgrep -f "sleep 100000[3]"' || fail 'the build goes on'
}

expect() { as_before; }
