about='power cut before mkfs: run again it goes on with the volume that is there, and makes no second one'
. "$here/cases/1b.words.sh"

prepare() {
	added
	hold mkfs.ext4
}

drive() {
	go
	power_cut_while_held mkfs.ext4
	console prepare "$step"
	is activity ready
	says 'ubuntu-vg/docker-data is there from a run that was cut short*'
	is plan '*2048 extents, from before*wipefs*mkfs.ext4*'
	succeeds
	is result ok
}

expect() { one_volume; }
