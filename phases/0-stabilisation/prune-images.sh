# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; images is this step's parameter
# prune-images: images in k3s' containerd that no workload names, by choice.
#
# `crictl rmi --prune` deletes what no container uses now: also an image that was imported by hand and is not deployed yet, or
# one of a Deployment that stands at zero. Nothing can bring those back. Here a name that any workload has is never offered,
# and one that is asked for is refused.

cri() {
	if command -v k3s >/dev/null 2>&1; then
		k3s crictl "$@"
	else
		crictl "$@"
	fi
}

# look: $unused: NAME ID SIZE of images that no workload names; $used: the names that do.
look() {
	if ! used=$(tw_images_named); then
		say no-answer "$used"
		return 1
	fi
	used=$(printf '%s\n' "$used" | tr ' ' '\n' | sed '/^$/d' | tw_image_full | sort -u)
	if [ -z "$used" ]; then
		say no-workloads
		return 1
	fi
	if ! list=$(cri images --no-trunc 2>&1); then
		say no-images "$(printf '%s\n' "$list" | tail -n 1)"
		return 1
	fi
	# An image without a name is left alone: a workload may name it by its digest. So is every one of a repository that a
	# workload names by digest, one that is also called what a workload names (rmi takes away all names of an image), and
	# what holds a pod's namespaces together.
	unused=$({
		printf '%s\n' "$used"
		printf '===\n'
		printf '%s\n' "$list"
	} | awk '
		$0 == "===" { second = 1; next }
		!second { used[$1] = 1; if ($1 ~ /@/) { sub(/@.*/, "", $1); sub(/:[^\/]*$/, "", $1); digest[$1] = 1 } next }
		NF >= 4 && $1 != "IMAGE" && $2 != "<none>" && $1 ~ /^[A-Za-z0-9._:\/-]+$/ && $2 ~ /^[A-Za-z0-9._-]+$/ {
			name = $1 ":" $2
			if ((name in used) || ($1 in digest) || $1 ~ /(^|\/)(mirrored-)?pause$/)
				keep[$3] = 1
			line[++n] = name " " $3 " " $4
			id[n] = $3
		}
		END {
			for (i = 1; i <= n; i++)
				if (!(id[i] in keep))
					print line[i]
		}' | sort)
}

choices() {
	look || return 1
	printf '%s\n' "$unused" | while read -r name _ size; do
		[ -z "$name" ] || choice "$name" "$size ${name#docker.io/}" 0
	done
}

preflight() {
	if ! command -v k3s >/dev/null 2>&1 && ! command -v crictl >/dev/null 2>&1; then
		say no-tool crictl
		return 1
	fi
	look || return 1
	if [ -z "$images" ]; then
		[ -n "$unused" ] || return 0
		say nothing-chosen "$(printf '%s\n' "$unused" | grep -c .)"
		return 1
	fi
	for one in $images; do
		if printf '%s\n' "$used" | grep -qxF "$(printf '%s\n' "$one" | tw_image_full)"; then
			say in-use "$one"
			return 1
		fi
		if printf '%s\n' "$list" | awk '{ print $1 ":" $2 }' | grep -qxF "$one" &&
			! printf '%s\n' "$unused" | cut -d ' ' -f 1 | grep -qxF "$one"; then
			say kept "$one"
			return 1
		fi
	done
}

# doomed: NAME ID SIZE of the chosen ones that are there.
doomed() {
	for one in $images; do
		printf '%s\n' "$unused" | awk -v one="$one" '$1 == one'
	done
}

check() {
	look || return 1
	if [ -z "$images" ]; then
		[ -z "$unused" ] || return 1
		say none
		return 0
	fi
	[ -z "$(doomed)" ] || return 1
	say already
}

plan() {
	look || return 1
	doomed | while read -r name id size; do
		printf '$ k3s crictl rmi %s    # %s %s\n' "$name" "$size" "$(printf %s "${id#sha256:}" | cut -c 1-12)"
	done
	say lost
}

apply() {
	look || return 1
	doomed | while read -r name _ _; do
		cri rmi "$name" || return 1
	done
}

verify() {
	look || return 1
	left=$(doomed | head -n 1 | cut -d ' ' -f 1)
	if [ -n "$left" ]; then
		say still-there "$left"
		return 1
	fi
	fact phase.images.unused "$(printf '%s\n' "$unused" | grep -c .)"
	say after "$(printf '%s\n' "$unused" | grep -c .)"
	df -h "$root"/
}
