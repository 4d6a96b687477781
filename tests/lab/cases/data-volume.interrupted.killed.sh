about='the console killed (SIGKILL) before mkfs: found again, ended, made once'
. "$here/cases/1b.words.sh"

prepare() {
	added
	hold mkfs.ext4
}

drive() {
	go
	killed_while_held
}

expect() {
	one_volume
	jobs_are 1
}
