about='vgextend fails: the label is taken off the disk again'
. "$here/cases/1b.words.sh"

prepare() {
	blank
	wrap vgextend <<-'END'
		echo 'Device or resource busy' >&2; exit 5
	END
}

drive() {
	go
	is activity ready
	run_step
	is state failed
	is failure undone
}

expect() {
	same vg.free
	[ -z "$(guest 'wipefs -n /dev/sda')" ] || fail 'something is left on the disk'
}
