about='containerd stops answering when it comes to it: said, and all are there'
. "$here/cases/images.words.sh"

drive() {
	chosen
	hold_at crictl 'rmi*'
	stopped_while_held containerd docker
	is state failed
	is parts.apply '[1-9]*'
	says 'containerd does not list its images: *'
}

expect() {
	# shellcheck disable=SC2086 # names
	images_are $needed $unused
}
