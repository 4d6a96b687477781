about='the old folder again; what was written since is left where it is'
. "$here/cases/1b.words.sh"

drive() {
	go
	succeeds
	guest 'docker tag tiny:1 since:1'
	undo
	is result ok
	says "what was written since the move is left in $place/docker"
}

expect() {
	same containers
	not_moved
	guest '! docker image inspect since:1 >/dev/null 2>&1' || fail 'this is not the old folder'
	guest "[ -d $place/docker/overlay2 ]" || fail 'the new folder is gone'
}
