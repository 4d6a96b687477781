#!/bin/sh
# Phase 1's clean-docker on the built-in EdgeServer, on each shell: what is chosen goes, nothing else does.
# shellcheck disable=SC2016 # commands for the simulated server
set -u
# shellcheck source=tests/steps/lib.sh
. "${TOP_SRCDIR:?}/tests/steps/lib.sh"
# shellcheck source=tests/steps/demo.sh
. "$top/tests/steps/demo.sh"
phase=$top/phases/1-foundation

chosen() { params="containers='$1' images='$2' cache='$3' volumes='$4'"; }
choices() { sed -n 's/^[0-9]* choice =\([^ ]*\) .*/\1/p' "$scratch/marks"; }
# What there is, a line each.
there() { tool 'docker ps -a --format "container {{.Names}}"; docker images --format "image {{.Repository}}:{{.Tag}}" | grep -v none
	docker images -q --filter dangling=true | sed "s/^/dangling /"; docker volume ls --format "volume {{.Name}}"' | sort; }

whole() {
	case='all of it'
	demo phase-1
	there >"$scratch/before"
	free=$(tool 'df -P -B1 /' | awk 'NR > 1 { print $4 }')
	chosen mcp-build-test 'dangling node:20-alpine' yes pgadmin_data
	todo clean-docker
	for id in stopped dangling unused cache loose; do
		part clean-docker preflight
		said $id
	done
	part clean-docker plan
	shows '$ docker rm mcp-build-test '
	shows '$ docker rmi node:20-alpine '
	shows '$ docker builder prune -af'
	shows '$ docker volume rm pgadmin_data'
	said frees
	said data
	said cold
	there | cmp -s - "$scratch/before" || fail 'something changed before apply'
	done_ clean-docker
	part clean-docker verify
	said freed
	there >"$scratch/after"
	is "$(diff "$scratch/before" "$scratch/after" | sed -n 's/^[<>] //p' | sed 's/^dangling .*/dangling/' | uniq)" \
		'container mcp-build-test
dangling
image node:20-alpine
volume pgadmin_data'
	gain=$(($(tool 'df -P -B1 /' | awk 'NR > 1 { print $4 }') - free))
	is "$(sed -n 's/^[0-9]* fact =phase.docker.freed =//p' "$scratch/marks" | awk -v gain="$gain" \
		'{ d = $1 - gain; print (d < 1048576 && d > -1048576) ? "measured" : $1 " of " gain }')" measured
	[ "$gain" -gt 12000000000 ] || fail "only $gain bytes came free"
}

offers() {
	case='what is offered'
	demo phase-1
	chosen '' dangling no ''
	part clean-docker choices containers
	is "$(choices)" mcp-build-test
	grep -q 'choice =mcp-build-test .*restart=' "$scratch/marks" || fail 'its restart policy is not said'
	part clean-docker choices images
	is "$(choices | tr '\n' ' ')" 'dangling busybox:1.36 node:20-alpine python:3.11-slim twisterlab/builder:1.0 '
	part clean-docker choices volumes
	is "$(choices)" pgadmin_data
	case='an image of a stopped container, of a workload, of a Deployment at zero'
	for image in twisterlab/mcp-unified:latest twisterlab/api:1.2 registry:2; do
		chosen '' "$image" no ''
		refused clean-docker in-use
	done
	case='the cluster does not answer'
	breaks kube
	chosen '' python:3.11-slim no ''
	refused clean-docker no-workloads
	part clean-docker choices images
	is "$(choices)" dangling
	chosen '' dangling no ''
	part clean-docker preflight
	is "$status" 0
	said deaf
	mends kube
}

bad() {
	case='nothing chosen'
	demo phase-1
	there >"$scratch/before"
	chosen '' '' no ''
	refused clean-docker nothing-chosen
	case='a container that runs, a volume in use, what is not there'
	chosen portainer '' no ''
	refused clean-docker not-stopped
	chosen '' '' no portainer_data
	refused clean-docker volume-used
	chosen none none:1 no none
	part clean-docker preflight
	is "$status" 0
	part clean-docker check
	is "$status" 0
	said already
	case='hostile names'
	chosen '$(touch${IFS}"$root"/hacked)' '-f' no '../x'
	part clean-docker plan
	is "$out" ''
	[ ! -e "$scratch/root/hacked" ] || fail 'something was run'
	there | cmp -s - "$scratch/before" || fail 'something changed'
	case='Docker does not run'
	tool 'systemctl stop docker' >/dev/null
	chosen '' dangling no ''
	refused clean-docker no-answer
	is "$(tool 'systemctl is-active docker')" inactive
}

# A docker that says yes and does something else.
lies() {
	demo phase-1
	mv "$scratch/root/demo/bin/docker" "$scratch/root/demo/bin/docker.real"
	cat >"$scratch/root/demo/bin/docker" <<-END
		#!/bin/sh
		case "\$1 \${2-}" in $1) $2 ;; esac
		exec "$scratch/root/demo/bin/docker.real" "\$@"
	END
	chmod +x "$scratch/root/demo/bin/docker"
}

fails() {
	case='it says yes and deletes nothing'
	lies "'rm '*" 'exit 0'
	chosen mcp-build-test '' no ''
	job clean-docker 0
	is "$result" unchanged
	said still-there
	case='something else goes with it'
	lies "'rm '*" "$(printf 'sed -i /pgadmin/d "%s"' "$scratch/root/demo/docker/volumes")"
	job clean-docker 0
	is "$result" half
	said also-gone
	case='the cache is still there'
	lies "'builder prune'" 'exit 0'
	chosen '' '' yes ''
	part clean-docker apply
	part clean-docker verify
	is "$status" 1
	said cache-left
	case='nobody wrote down what was there'
	demo phase-1
	chosen none '' no ''
	part clean-docker verify
	is "$status" 0
	said not-measured
	case='more appears between the plan and the job'
	demo phase-1
	chosen '' dangling no ''
	part clean-docker plan
	first=$out
	tool 'head -c 4096 /dev/zero | docker import - twisterlab/api:1.2' >/dev/null
	part clean-docker plan
	[ "$out" != "$first" ] || fail 'the plan is the same'
}

for shell in $TEST_SHELLS; do
	whole
	offers
	[ "$shell" = dash ] || continue
	bad
	fails
done
finish
