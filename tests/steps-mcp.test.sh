#!/bin/sh
# Phase 0's mcp-services on the built-in EdgeServer, on each shell: an image from an archive, one replica, looked at.
# shellcheck disable=SC2016,SC2119 # commands for the simulated server
set -u
# shellcheck source=tests/steps/lib.sh
. "${TOP_SRCDIR:?}/tests/steps/lib.sh"
# shellcheck source=tests/steps/demo.sh
. "$top/tests/steps/demo.sh"
phase=$top/phases/0-stabilisation
tar=/home/twister/mcp-unified-1.0.tar

# edge [SWITCH]: a new one with room on its disk, as the steps before leave it.
edge() {
	demo
	tool 'truncate -s 0 "$root"/var/log/kern.log "$root"/var/log/pods/*; kubectl get nodes >/dev/null'
	with
}

# with [NAME VALUE]...: the parameters, some of them other than by default.
with() {
	archive=$tar namespace=twisterlab label=app=mcp-unified deployments='' replicas=1 probe='' wait=5 watch=1
	while [ $# -gt 0 ]; do
		eval "$1=\$2"
		shift 2
	done
	params="archive='$archive' namespace='$namespace' label='$label' deployments='$deployments' replicas='$replicas' probe='$probe' wait='$wait' watch='$watch'"
}

scale_of() { tool "kubectl get deployment -n twisterlab mcp-unified -o 'jsonpath={.spec.replicas} {.status.readyReplicas}'"; }
has_image() { tool 'k3s crictl images' | grep -c '^docker.io/twisterlab/mcp-unified *1.0 '; }

whole() {
	case='import, one replica, ready'
	edge
	is "$(scale_of)" '3 '
	part mcp-services preflight
	said now
	said no-probe
	todo mcp-services
	shows '$ k3s ctr images import /home/twister/mcp-unified-1.0.tar
+ docker.io/twisterlab/mcp-unified:1.0
-twisterlab/deployment/mcp-unified: 3 replicas
+twisterlab/deployment/mcp-unified: 1 replicas'
	is "$(has_image)" 0
	case='another image in the archive is another plan'
	grep -q ' /home/twister/mcp-unified-1.0.tar, [0-9]* bytes, image ID 5a6b7c8d$' "$scratch/out" || fail 'the plan does not say which image'
	cp "$scratch/out" "$scratch/shown"
	cp "$scratch/root$tar" "$scratch/kept.tar"
	mkdir "$scratch/other"
	tar -xf "$scratch/kept.tar" -C "$scratch/other"
	mv "$scratch/other/5a6b7c8d.json" "$scratch/other/6a6b7c8d.json"
	sed -i s/5a6b7c8d/6a6b7c8d/ "$scratch/other/manifest.json"
	(cd "$scratch/other" && tar -cf "$scratch/root$tar" 0f1e2d3c 6a6b7c8d.json manifest.json)
	part mcp-services plan
	is "$status" 0
	! cmp -s "$scratch/shown" "$scratch/out" || fail 'the plan does not show it'
	cp "$scratch/kept.tar" "$scratch/root$tar"
	done_ mcp-services
	is "$(scale_of)" '1 1'
	is "$(has_image)" 1
	grep -q 'fact =phase.mcp.ready =1' "$scratch/marks" || fail 'the fact is missing'
	case='undo: the replicas of before, the image stays'
	part mcp-services undo
	is "$status" 0
	said scaled-back
	said image-stays
	grep -q 'fact =phase.mcp.ready =3' "$scratch/marks" || fail 'what is ready now, is not measured'
	part mcp-services check
	is "$status" 1
	is "$(scale_of)" '3 3'
	is "$(has_image)" 1
	part mcp-services undo
	is "$status" 1
	said undo-no-record
	case='its address answers'
	with probe 8080/health
	run_ mcp-services
	is "$status" 0
	said healthy
	shows '{"status":"ok"}'
	breaks mcp-health
	part mcp-services verify
	is "$status" 1
	said no-health
	case='packed by gzip'
	edge
	gzip "$scratch/root$tar"
	with archive "$tar.gz"
	todo mcp-services
	shows '$ gzip -dc /home/twister/mcp-unified-1.0.tar.gz | k3s ctr images import -'
	done_ mcp-services
	case='choices'
	part mcp-services choices archive
	is "$(sed -n 's/^[0-9]* choice //p' "$scratch/marks")" "=none =- =1
=/home/twister/mcp-unified-1.0.tar.gz =0%20MiB%20/home/twister/mcp-unified-1.0.tar.gz =0
=/home/twister/twisterlab.tar =$(($(stat -c %s "$scratch/root/home/twister/twisterlab.tar") / 1048576))%20MiB%20/home/twister/twisterlab.tar =0
=/opt/containerd/images.tar =$(($(stat -c %s "$scratch/root/opt/containerd/images.tar") / 1048576))%20MiB%20/opt/containerd/images.tar =0"
	part mcp-services choices deployments
	grep -q 'choice =twisterlab/mcp-unified =twisterlab/mcp-unified:%201/1,%20mcp-unified:1.0 =1$' "$scratch/marks" || fail 'not preselected'
	grep -q 'choice =twisterlab/maestro =twisterlab/maestro:%201/1,%20maestro:1.2 =0$' "$scratch/marks" || fail 'another is missing'
}

# what is wrong with an archive: one line, and nothing changed.
archives() {
	edge
	case='no such file'
	with archive /home/twister/none.tar
	refused mcp-services no-archive
	case='no tar'
	printf 'hello\n' >"$scratch/root/home/twister/x.tar"
	with archive /home/twister/x.tar
	refused mcp-services not-tar
	: >"$scratch/root/home/twister/x.tar"
	refused mcp-services not-tar
	case='no tar, only holes'
	with archive /opt/containerd/images.tar
	truncate -s 1M "$scratch/root/opt/containerd/images.tar"
	refused mcp-services no-manifest
	case='cut in a member, between two, packed and cut'
	with archive /home/twister/x.tar
	head -c 3000 "$scratch/root$tar" >"$scratch/root/home/twister/x.tar"
	refused mcp-services cut
	head -c 2560 "$scratch/root$tar" >"$scratch/root/home/twister/x.tar"
	refused mcp-services cut
	gzip -c "$scratch/root$tar" | head -c 200 >"$scratch/root/home/twister/x.tar"
	refused mcp-services cut
	is "$(has_image)" 0
	is "$(scale_of)" '3 '
}

# pack MANIFEST [NAME]: an archive x.tar with that text as manifest.json (or NAME) and one layer.
pack() {
	rm -rf "$scratch/pack"
	mkdir -p "$scratch/pack/a" "$scratch/pack/blobs/sha256"
	: >"$scratch/pack/a/layer.tar"
	: >"$scratch/pack/blobs/sha256/abc"
	printf '%s\n' "$1" >"$scratch/pack/${2-manifest.json}"
	tar -cf "$scratch/root/home/twister/x.tar" -C "$scratch/pack" .
}

manifests() {
	edge
	with archive /home/twister/x.tar
	case='a layer is missing'
	pack '[{"Config":"a/layer.tar","RepoTags":["twisterlab/mcp-unified:1.0"],"Layers":["a/layer.tar","b/layer.tar"]}]'
	refused mcp-services layer-missing
	case='it names no image'
	pack '[{"Config":"a/layer.tar","RepoTags":null,"Layers":["a/layer.tar"]}]'
	refused mcp-services nameless
	case='its name is a command'
	pack '[{"Config":"a/layer.tar","RepoTags":["$(touch /hacked)`id`"],"Layers":["a/layer.tar"]}]'
	refused mcp-services nameless
	case='another image'
	pack '[{"Config":"a/layer.tar","RepoTags":["twisterlab/mcp-unified:2.0"],"Layers":["a/layer.tar"]}]'
	refused mcp-services other-image
	case='OCI, spread over lines'
	pack '{"schemaVersion": 2, "manifests": [
		{"digest": "sha256:abc", "annotations": {"io.containerd.image.name": "docker.io/twisterlab/mcp-unified:1.0"}}]}' index.json
	part mcp-services preflight
	is "$status" 0
	case='no room for it'
	with
	tool 'truncate -s "$(($(df -P -k / | awk "NR > 1 { print \$4 }") - 40000))K" "$root"/home/twister/big'
	refused mcp-services no-room
}

around() {
	case='DiskPressure'
	demo
	with
	refused mcp-services pressure
	edge
	case='labels that match nothing, or two'
	with label app=nothing
	refused mcp-services no-deployment
	grep -q 'twisterlab/mcp-unified' "$scratch/marks" || fail 'what there is, is not said'
	sed -i 's/	app=maestro	/	app=mcp-unified	/' "$scratch/root/demo/k8s/deployments"
	with
	refused mcp-services several
	with deployments twisterlab/mcp-unified
	part mcp-services preflight
	is "$status" 0
	case='a namespace, a deployment that is missing'
	with namespace nowhere
	refused mcp-services no-deployment
	with deployments twisterlab/none
	refused mcp-services not-there
	case='pull policies'
	edge
	breaks pull-always
	part mcp-services preflight
	is "$status" 0
	said pull-always
	run_ mcp-services
	is "$status" 1
	said not-ready
	shows 'timed out waiting'
	mends pull-always
	breaks pull-never
	with archive none
	tool 'k3s crictl rmi docker.io/twisterlab/mcp-unified:1.0'
	refused mcp-services never-here
	mends pull-never
	part mcp-services preflight
	said will-pull
	case='the cluster does not answer'
	breaks kube
	refused mcp-services no-answer
	case='without tar'
	edge
	rm "$scratch/root/demo/bin/tar"
	refused mcp-services no-tool
}

fails() {
	case='the import fails: unchanged'
	edge
	breaks ctr-import
	job mcp-services
	is "$result" unchanged
	is "$(scale_of)" '3 '
	mends ctr-import
	case='the import says yes, and there is no image'
	breaks ctr-lie
	job mcp-services
	said not-imported
	is "$result" unchanged
	mends ctr-lie
	case='it ends again and again: undone'
	breaks mcp-crash
	job mcp-services
	is "$result" undone
	said not-ready
	said scaled-back
	is "$(scale_of)" '3 '
	mends mcp-crash
	case='ready, and it restarts while one looks'
	breaks mcp-restarts
	job mcp-services
	is "$result" undone
	said restarts
	mends mcp-restarts
	case='job'
	edge
	job mcp-services
	is "$result" ok
	said ready
}

for shell in $TEST_SHELLS; do
	whole
done
shell=dash
command -v dash >/dev/null 2>&1 || shell=bash
archives
manifests
around
fails
finish
