about='a build that fails half-way: said, with what docker says; the other is built all the same'
. "$here/cases/build.words.sh"

prepare() {
	dockerfile "$mcp" 'COPY nosuch /'
	dockerfile /srv/api
}

drive() {
	chosen "$mcp /srv/api"
	is activity ready
	run_step
	is state failed
	is failure unchanged
	is output '*COPY failed: *nosuch*'
	says "$mcp/Dockerfile: the cold build failed, docker build ended with 1 *"
	says '/srv/api/Dockerfile: cold * s, cached * s; there is no earlier figure'
}

expect() { as_before; }
