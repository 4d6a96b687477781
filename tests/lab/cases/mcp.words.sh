# What the cases of mcp-services share; not a case. Each begins with: . "$here/cases/mcp.words.sh"
#
# Real are the archive (docker save), containerd, which imports it into the namespace that k3s uses, and the API with its
# deployment: 0 of 3, as in the documents. k3s and crictl are in no Debian: what answers to the name k3s hands `k3s ctr` to
# containerd's own ctr, and says in crictl's table what that says. There is no kubelet: pods of MCP become ready when they begin
# after containerd has the image, and only where the case asks for it (kubelet); whether they do is read by the step from the API.
# shellcheck shell=bash disable=SC2034,SC2016,SC2154 # for matrix-case; scripts for the guest
. "$here/cases/kube.words.sh"

mcp=twisterlab/mcp-unified
tar=/root/mcp.tar

k3s_tool() {
	guest_file /usr/local/bin/k3s 755 <<-'END'
		#!/bin/sh
		tool=$1
		shift
		case $tool in
		ctr)
			ctr -n k8s.io "$@" || exit
			if [ "$1 $2" = 'images import' ] && [ -e /run/lab-kubelet ] &&
				ctr -n k8s.io images ls -q | grep -q -x docker.io/twisterlab/mcp-unified:1.0; then
				kubectl patch deployment -n twisterlab mcp-unified \
					-p '{"spec": {"template": {"metadata": {"annotations": {"lab/state": "running"}}}}}' >/dev/null
			fi
			;;
		crictl)
			[ "$1" = images ] || exit 2
			ctr -n k8s.io images ls >/run/lab-images || exit 1
			awk 'NR == 1 { print "IMAGE", "TAG", "IMAGE ID", "SIZE" }
				NR > 1 && $1 !~ /^sha256:/ { tag = $1; sub(/.*:/, "", tag); sub(/:[^:]*$/, "", $1); print $1, tag, $3, $4 $5 }' /run/lab-images
			;;
		kubectl) echo 'kubectl: not found' >&2; exit 127 ;; # k3s has one of its own; this has not
		*) exit 2 ;;
		esac
	END
}

# kubelet: from now on what stands in for it starts MCP's pods, when containerd has their image.
kubelet() { guest ': >/run/lab-kubelet'; }

pressure() {
	PYTHONDONTWRITEBYTECODE=1 python3 "$TOP_SRCDIR/tests/lab/kube/world.py" "$TWISTERTUI_LAB/clusters/$LAB_CLUSTER" --pressure "$1" >&2
}

# made [NAME VALUE…]: the archive on the server, room on the node, three replicas wanted and none ready; parameters.
made() {
	k3s_tool
	kubelet
	guest "cd /tmp; echo mcp >name; tar c name | docker import - $mcp:1.0 >/dev/null
		docker save -o $tar $mcp:1.0; docker rmi $mcp:1.0 >/dev/null"
	pressure off
	kube scale deployment -n twisterlab mcp-unified --replicas=3 >&2
	by_default archive "$tar" wait 60 watch 2 "$@"
}

prepare() { made; }

# replicas_are WANTED READY: of MCP, as the API has it.
replicas_are() {
	local there
	there=$(kube get deployment -n twisterlab mcp-unified -o 'jsonpath={.spec.replicas} {.status.readyReplicas}')
	[ "$there" = "$1 $2" ] || fail "replicas wanted and ready: $there"
}

# images_are [NAME…]: containerd has these for k3s, and no other.
images_are() {
	local there
	there=$(guest 'ctr -n k8s.io images ls -q | grep -v ^sha256: | sort | tr "\n" " "')
	[ "$there" = "$(printf '%s ' "$@" | grep -v '^ $')" ] || fail "images: $there"
}

# others: no other deployment has other replicas.
others() {
	[ "$(was replicas | tr ' ' '\n' | grep -v mcp-unified)" = "$(now replicas | tr ' ' '\n' | grep -v mcp-unified)" ] ||
		fail "replicas were $(was replicas), are $(now replicas)"
}

imported=docker.io/$mcp:1.0
