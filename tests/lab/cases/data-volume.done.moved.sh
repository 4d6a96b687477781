about='an added disk, its volume, and Docker moves onto it; undo then says no, and the old folder can go'
. "$here/cases/1b.words.sh"

prepare() { blank; }

# next STEP NAME VALUE: that step, with that, to its end.
next() {
	step=$1
	console param "$step" "$2" "$3"
	is activity ready
	succeeds
	is result ok
}

drive() {
	begin
	next add-disk disk "$sda"
	console param data-volume size 8G
	next data-volume on "$sda"
	next move-docker to /srv/docker-data
	step=data-volume
	undo
	is state 'done'
	is result unchanged
	says '*is mounted on /var/lib/docker, too*'
	step=drop-old-docker
	console prepare "$step"
	succeeds
}

expect() {
	one_volume
	same containers
	[ "$(guest 'findmnt -n -o SOURCE -M /var/lib/docker')" = '/dev/mapper/ubuntu--vg-docker--data[/docker]' ] || fail 'Docker is elsewhere'
}
