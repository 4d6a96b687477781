about='Harbor does not take the password any more: said, registries.yaml is as before, byte by byte'
. "$here/cases/registry.words.sh"

prepare() {
	made
	theirs
	guest "printf other >$data/password"
}

drive() {
	ready
	fails undone '[1-9]*'
	says 'the image could not be pushed: *'
}

expect() {
	as_before
	tidy
	secrets admin
}
