about='a file was written there: undo names it and leaves all as it is'
. "$here/cases/1b.words.sh"

prepare() { added; }


drive() {
	go
	succeeds
	guest 'echo mine >/srv/docker-data/mine.txt'
	undo
	is state 'done'
	is result unchanged
	says '/srv/docker-data is not empty: mine.txt*'
}

expect() {
	one_volume
	[ "$(guest 'cat /srv/docker-data/mine.txt')" = mine ] || fail 'the file is gone'
}
