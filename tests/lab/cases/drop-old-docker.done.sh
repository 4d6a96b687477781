about='the old folder goes, Docker goes on, the space is free'
. "$here/cases/1b.words.sh"

drive() {
	after_move
	is activity ready
	succeeds
	says '*freed*'
}

expect() {
	same containers
	[ "$(where_docker)" = '/dev/sdc[/docker]' ] || fail "$(where_docker)"
}
