# What the cases of prune-images share; not a case. Each begins with: . "$here/cases/images.words.sh"
#
# The images are real ones, in the containerd that Docker's package brings, in the namespace that k3s uses. crictl is in no
# Debian: what answers to its name says what containerd's own ctr says, in crictl's table, and, as crictl does, takes away
# every name of an image. (containerd itself gives each a name more, sha256:…, for those who ask by way of Kubernetes.)
# shellcheck shell=bash disable=SC2034,SC2016,SC2154 # for matrix-case; scripts for the guest
. "$here/cases/kube.words.sh"

unused='docker.io/library/python:3.9 docker.io/twisterlab/old:0.9'

# made: a few images, each different, but for twisterlab/api:old, which is twisterlab/api:1.2 by another name.
made() {
	guest_file /usr/local/bin/crictl 755 <<-'END'
		#!/bin/sh
		images() { ctr -n k8s.io images ls; }
		case $1 in
		images)
			images >/run/lab-images || exit 1
			awk 'NR == 1 { print "IMAGE", "TAG", "IMAGE ID", "SIZE" }
				NR > 1 && $1 !~ /^sha256:/ { tag = $1; sub(/.*:/, "", tag); sub(/:[^:]*$/, "", $1); print $1, tag, $3, $4 $5 }' /run/lab-images
			;;
		rmi)
			id=$(images | awk -v name="$2" '$1 == name { print $3 }')
			[ -n "$id" ] || { echo "no such image $2" >&2; exit 1; }
			images | awk -v id="$id" '$3 == id { print $1 }' | xargs ctr -n k8s.io images rm --sync
			;;
		esac
	END
	guest 'cd /tmp; names="python:3.9 twisterlab/old:0.9 redis:7-alpine twisterlab/maestro:1.0 twisterlab/api:1.2 rancher/mirrored-pause:3.6"
		for name in $names; do echo "$name" >name; tar c name | docker import - "$name" >/dev/null; done
		docker save $names | ctr -n k8s.io images import - >/dev/null
		docker rmi $names >/dev/null
		ctr -n k8s.io images tag docker.io/twisterlab/api:1.2 docker.io/twisterlab/api:old >/dev/null
		[ "$(ctr -n k8s.io images ls -q | grep -vc ^sha256:)" = 7 ]'
}

prepare() { made; }

# images_are NAME…: containerd has these, and no other.
images_are() {
	local there
	there=$(guest 'ctr -n k8s.io images ls -q | grep -v ^sha256: | sort | tr "\n" " "')
	[ "$there" = "$(printf '%s\n' "$@" | sort | tr '\n' ' ')" ] || fail "images: $there"
}

needed='docker.io/library/redis:7-alpine docker.io/rancher/mirrored-pause:3.6 docker.io/twisterlab/api:1.2
	docker.io/twisterlab/api:old docker.io/twisterlab/maestro:1.0'

chosen() {
	begin
	console param "$step" images "${1-$unused}"
	is activity ready
}
