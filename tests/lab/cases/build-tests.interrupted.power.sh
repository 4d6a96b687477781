about='power cut after the builds, before their image goes: made again, and the image of before is taken away too'
. "$here/cases/build.words.sh"

drive() {
	chosen
	is activity ready
	hold_at docker 'rmi?twistertui-build-test:*'
	console confirm "$step"
	held
	guest sync
	power off
	power on
	guest 'rm /usr/local/sbin/docker; n=0; until docker version >/dev/null 2>&1; do n=$((n + 1)); [ $n -lt 300 ]; sleep 1; done
		docker images --format "{{.Repository}}" | grep -x twistertui-build-test'
	console within 900
	console link up
	interrupted
	is reason 'cut short; check says it is not so*'
	console prepare "$step"
	is activity ready
	says '1 image of an interrupted test is still there: it is taken away first'
	succeeds
	is attempt 2
}

expect() { as_before; }
