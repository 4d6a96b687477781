about='the registry says yes to the image and keeps none: what is pulled is missed, registries.yaml is as before'
. "$here/cases/registry.words.sh"

prepare() {
	made
	theirs
	guest ": >$data/forgetful"
}

drive() {
	ready
	fails undone 0
	says 'Docker could not pull the image: *'
}

expect() {
	as_before
	tidy
}
