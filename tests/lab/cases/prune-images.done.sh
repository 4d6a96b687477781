about='two that no workload names are gone; what runs, what an old ReplicaSet names, what pods stand on stay'
. "$here/cases/images.words.sh"

drive() {
	begin
	console choices "$step" images
	[ "$(jq -r '.choices[]' <<<"$said" | tr '\n' ' ')" = "$unused " ] || fail "other choices: $said"
	console param "$step" images "$unused"
	is activity ready
	is plan '*$ k3s crictl rmi docker.io/library/python:3.9 *'
	succeeds
	is result ok
	says '0 images are left that nobody names'
}

expect() {
	# shellcheck disable=SC2086 # names
	images_are $needed
	same pods pods.others containers
}
