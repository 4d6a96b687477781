about='crictl says ok and took nothing away: seen'
. "$here/cases/images.words.sh"

drive() {
	chosen
	wrap crictl <<-'EOF'
		[ "$1" != rmi ] || exit 0
		exec "$real" "$@"
	EOF
	fails unchanged 0
	says 'docker.io/library/python:3.9 is still there'
}

expect() {
	# shellcheck disable=SC2086 # names
	images_are $needed $unused
}
