about='cancelled by the operator while it builds: so is the build, in the daemon too, and nothing of it is left'
. "$here/cases/build.words.sh"

prepare() { dockerfile "$mcp" 'RUN ["/bin/sleep", "1000003"]'; }

drive() {
	chosen
	is activity ready
	console confirm "$step"
	guest 'n=0; until pgrep -f "sleep 100000[3]"; do n=$((n + 1)); [ $n -lt 900 ]; sleep 0.2; done'
	console cancel "$step"
	console wait "$step"
	is state failed
	is result cancelled
	guest '! pgrep -f "sleep 100000[3]"' || fail 'the build goes on'
}

expect() { as_before; }
