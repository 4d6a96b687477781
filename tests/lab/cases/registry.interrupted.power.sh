about='power cut after registries.yaml and before the push: the console says that it is not so, and undo goes back from there'
. "$here/cases/registry.words.sh"

prepare() {
	made
	theirs
}

drive() {
	ready
	hold_at docker 'push*'
	console confirm "$step"
	held
	guest "sync; grep -q EdgeServer:8085 $yaml"
	power_cut docker
	interrupted
	is reason 'cut short; check says it is not so*'
	undo
	is result ok
}

expect() {
	as_before
	guest '! ls -A /tmp /run | grep twistertui-' || fail 'a login was left behind'
	secrets admin
}
