about='vgextend says yes and does nothing: seen, and put back'
. "$here/cases/1b.words.sh"

prepare() {
	blank
	wrap vgextend <<-'END'
		exit 0
	END
}

drive() {
	go
	is activity ready
	run_step
	is state failed
	is failure undone
	says "$sda is not in ubuntu-vg"
}

expect() {
	same vg.free
	pvs_are ' /dev/sdb3 ubuntu-vg;'
}
