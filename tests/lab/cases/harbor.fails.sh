about='install.sh cannot start its containers: said, its folder is gone again, and no password stands in a log'
. "$here/cases/harbor.words.sh"

prepare() {
	made
	wrap docker-compose <<-'EOF'
		[ "$1" != up ] || { echo 'Error response from daemon: no space left on device' >&2; exit 18; }
		exec "$real" "$@"
	EOF
}

drive() {
	ready
	fails undone '[1-9]*'
	says 'install.sh ended with 18'
	says "Harbor's containers and folder are gone. Kept: its data in /var/lib/harbor, *"
}

expect() {
	no_harbor
	secrets admin database
}
