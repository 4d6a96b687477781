#!/bin/sh
# Phase 1's build-tests on the built-in EdgeServer, on each shell: cold and cached, compared, ended, tidied up.
# shellcheck disable=SC2016,SC2119 # commands for the simulated server; words of the tests' own
set -u
# shellcheck source=tests/steps/lib.sh
. "${TOP_SRCDIR:?}/tests/steps/lib.sh"
# shellcheck source=tests/steps/demo.sh
. "$top/tests/steps/demo.sh"
phase=$top/phases/1-foundation
mcp=/home/twister/twisterlab/mcp-unified
api=/home/twister/twisterlab/api/Dockerfile

edge() {
	demo phase-1
	breaks clock # what a build takes goes by on the server's clock, and nobody waits
	params="dockerfiles='$mcp $api' limit='90m'"
	before=$(traces)
}

# traces: all that a build could leave behind.
traces() {
	tool 'cut -f 1-3 "$root"/demo/docker/images; cut -f 1,2 "$root"/demo/docker/containers; cat "$root"/demo/docker/cache 2>/dev/null
		cd "$root" && find var/lib/docker/buildkit/executor var/lib/docker/overlay2 -type f 2>/dev/null
		find var/backups/twistertui -type f ! -name build-tests ! -name "build-tests.before" ! -name "build-tests.result" 2>/dev/null' | sort
}

clean() {
	is "$(traces)" "$before"
}

facts() { sed -n 's/^[0-9]* fact //p' "$scratch/marks"; }

whole() {
	case='choices'
	edge
	part build-tests choices dockerfiles
	is "$(sed -n 's/^[0-9]* choice //p' "$scratch/marks")" "=$api =$api =0
=$mcp/Dockerfile =$mcp/Dockerfile =0"
	case='cold and cached'
	todo build-tests
	shows "\$ docker build --no-cache -t twistertui-build-test:home-twister-twisterlab-mcp-unified -f $mcp/Dockerfile $mcp"
	part build-tests apply
	is "$status" 0
	shows 'RUN pip install -r requirements.txt'
	shows 'CACHED'
	clean
	part build-tests verify
	is "$status" 0
	is "$(facts)" '=phase.build.cold.home-twister-twisterlab-mcp-unified =132.00
=phase.build.cached.home-twister-twisterlab-mcp-unified =3.00
=phase.build.cold.home-twister-twisterlab-api =132.00
=phase.build.cached.home-twister-twisterlab-api =3.00
=phase.build.minutes =2.2'
	said first
	is "$(stat -c %a "$scratch/root/var/backups/twistertui/build-tests")" 600
	case='compared with the last time'
	sed -i 's/ 132.00 3.00$/ 4800.00 9.50/' "$scratch/root/var/backups/twistertui/build-tests"
	part build-tests plan
	grep -q 'say =last =.*/api/Dockerfile =1%20h%2020%20min =9.5%20s' "$scratch/marks" || fail 'the last figures are not said'
	run_ build-tests
	is "$status" 0
	grep -q 'say =compared =.*/api/Dockerfile =2%20min%2012%20s =3.0%20s =1%20h%2020%20min =9.5%20s' "$scratch/marks" ||
		fail 'not compared'
	part build-tests choices dockerfiles
	grep -q "choice =$api =$api:%202%20min%2012%20s%20/%203.0%20s =0" "$scratch/marks" || fail 'the choice does not show the last figures'
	case='a Dockerfile that is edited is another plan'
	part build-tests plan
	cp "$scratch/out" "$scratch/shown"
	printf 'LABEL n=2\n' >>"$scratch/root$api"
	part build-tests plan
	! cmp -s "$scratch/out" "$scratch/shown" || fail 'the plan does not show it'
	case='verified without a build'
	rm "$scratch/root/var/backups/twistertui/build-tests.result"
	part build-tests verify
	is "$status" 1
	said not-built
}

# One that hangs is ended after its limit, and the others are built.
hangs() {
	case='a build that hangs'
	edge
	params="dockerfiles='$mcp' limit='2m'"
	breaks build-hang
	job build-tests 0
	is "$result" unchanged
	grep -q "say =hung =$mcp/Dockerfile =cold =2m" "$scratch/marks" || fail 'it is not said'
	clean
	mends build-hang
	case='the daemon goes on building'
	breaks build-hang
	breaks build-stays
	part build-tests apply
	part build-tests verify
	is "$status" 1
	said still-building
	mends build-hang
	mends build-stays
}

# The job is cancelled: so is the build.
cancelled() {
	case='cancelled'
	edge
	breaks build-hang
	mends clock
	patience=120 # of the job, between TERM and KILL: this machine may be busy
	(job build-tests 0; printf '%s\n' "$result" >"$scratch/result") &
	# Until its first lines have come: then it hangs.
	tries=0
	until grep -q 'CMD\|\[4/4\]' "$scratch/job/out" 2>/dev/null || [ "$tries" -ge 600 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	: >"$scratch/job/cancel"
	wait
	patience=
	is "$(cat "$scratch/result")" cancelled
	clean
}

fails() {
	case='a Dockerfile that fails half-way; the other is built'
	edge
	printf 'RUN false\n' >>"$scratch/root$mcp/Dockerfile"
	job build-tests 0
	is "$result" unchanged
	grep -q "say =failed =$mcp/Dockerfile =cold =1" "$scratch/marks" || fail 'it is not said'
	grep -q 'did not complete successfully' "$scratch/out" || fail 'why is not shown'
	said first
	clean
	is "$(facts | grep -c minutes)" 0
	case='what an interrupted one left'
	edge
	tool 'docker build -t twistertui-build-test:old "$root"/home/twister/twisterlab/api >/dev/null'
	part build-tests preflight
	said left-before
	part build-tests apply
	is "$(tool 'docker images' | grep -c twistertui-build-test)" 0
	case='an image of somebody else that lost its name meanwhile stays'
	edge
	printf '#!/bin/sh\n[ "${1-}" != build ] || sed -i "s/twisterlab\\/api\t1.2/<none>\t<none>/" "%s"\nexec "%s" "$@"\n' \
		"$scratch/root/demo/docker/images" "$scratch/root/demo/bin/docker.real" >"$scratch/docker"
	mv "$scratch/root/demo/bin/docker" "$scratch/root/demo/bin/docker.real"
	cp "$scratch/docker" "$scratch/root/demo/bin/docker"
	chmod +x "$scratch/root/demo/bin/docker"
	n=$(tool 'docker.real images -a' | grep -c .)
	part build-tests apply
	is "$(tool 'docker.real images -a' | grep -c .)" "$n"
}

bad() {
	case='bad choices'
	edge
	params="dockerfiles='' limit='90m'"
	refused build-tests nothing-chosen
	grep -q 'nothing-chosen =2' "$scratch/marks" || fail 'two could be chosen'
	params="dockerfiles='/nowhere/Dockerfile' limit='90m'"
	refused build-tests no-context
	params="dockerfiles='/home/twister' limit='90m'"
	refused build-tests no-dockerfile
	params="dockerfiles='mcp/Dockerfile' limit='90m'"
	refused build-tests no-path
	params="dockerfiles='/etc/passwd' limit='90m'"
	refused build-tests not-a-dockerfile
	params="dockerfiles='$mcp $api' limit='6h'"
	refused build-tests too-long
	params="dockerfiles='$mcp' limit='90m'"
	tool 'truncate -s "$(($(df -P -k / | awk "NR > 1 { print \$4 }") - 4000000))K" "$root"/home/twister/big'
	refused build-tests no-room
	rm "$scratch/root/home/twister/big"
	tool 'systemctl stop docker'
	refused build-tests no-docker
	rm "$scratch/root/demo/bin/docker"
	refused build-tests no-tool
	case='a file whose name is a command'
	edge
	mkdir "$scratch/root/home/twister/x"
	printf 'FROM x\n' >"$scratch/root/home/twister/x/Dockerfile\$(touch hacked)"
	part build-tests choices dockerfiles
	is "$(grep -c ' choice ' "$scratch/marks")" 2
}

for shell in $TEST_SHELLS; do
	whole
	hangs
done
shell=dash
command -v dash >/dev/null 2>&1 || shell=bash
cancelled
fails
bad
finish
