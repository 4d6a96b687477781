about='made twice: two attempts, the second is compared with the first'
. "$here/cases/build.words.sh"

drive() {
	chosen
	is activity ready
	succeeds
	console prepare "$step"
	is activity ready
	says "$mcp/Dockerfile: the last time cold * s, cached * s"
	succeeds
	is attempt 2
	says "$mcp/Dockerfile: cold * s, cached * s; the last time * s and * s"
}

expect() {
	jobs_are 2
	[ "$(guest 'wc -l </var/backups/twistertui/build-tests')" = 2 ] || fail 'there are not two figures'
	as_before
}
