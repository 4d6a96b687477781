# What the cases of build-tests share; not a case. Each begins with: . "$here/cases/build.words.sh"
#
# Docker really builds. What is built is small and made from tiny:1, the image that the lab's container runs: nothing is
# pulled, there is no network. Docker's own builder does it on both ages (buildx is in neither), BuildKit where a case says so.
# shellcheck shell=bash disable=SC2034,SC2016,SC2154 # for matrix-case; scripts for the guest
panels=no
mcp=/srv/mcp

# dockerfile FOLDER [LINE…]: a Dockerfile there, what it copies beside it.
dockerfile() {
	local folder=$1
	shift
	printf '%s\n' 'FROM tiny:1' 'COPY notes /notes' "$@" | guest_file "$folder/Dockerfile"
	guest "echo of $folder >$folder/notes"
}

prepare() { dockerfile "$mcp"; }

# chosen [DOCKERFILES [LIMIT]]: the step, shown.
chosen() {
	phase_json "(.steps[] | select(.id == \"$step\").params[] | select(.name == \"limit\").default) = \"${2-90m}\""
	begin
	console param "$step" dockerfiles "${1-$mcp}"
}

# traces: what a build can leave behind: images, containers, pieces of the cache, files of the step but its figures.
traces() {
	guest 'docker images -a --format "{{.Repository}}:{{.Tag}} {{.ID}}"; docker ps -a --format "{{.Names}}"
		docker system df -v --format "{{range .BuildCache}}{{.ID}}{{println}}{{end}}" | grep -x "[a-z0-9]\{10,\}" || :
		ls /var/backups/twistertui | grep -v -x -e build-tests -e build-tests.before -e build-tests.result || :' | sort
}

# as_before: nothing is left of the builds.
as_before() {
	local left
	left=$(traces)
	[ "$left" = "tiny:1 $(guest 'docker images -q tiny:1')
web" ] || fail "left on the server: $left"
	same containers containers.all
}

# figure NAME: a fact that the journal has of it, the last one.
figure() { journal "select(.kind == \"facts\") | .facts[\"phase.build.$1\"].value // empty" | tail -n 1; }
