about='power cut before it is mounted: undo takes the volume and the line away'
. "$here/cases/1b.words.sh"

prepare() {
	added
	hold_at mount '*/srv/docker-data'
	fstab=$(fstab_is)
}

drive() {
	go
	power_cut_while_held mount
	undo
	is result ok
}

expect() {
	no_volume
	same vg.free
}
