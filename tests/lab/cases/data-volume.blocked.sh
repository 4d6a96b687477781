about='not enough extents, a name that is taken, a folder with something in it, one that fstab has, a disk of no group'
. "$here/cases/1b.words.sh"

prepare() {
	added
	fstab=$(fstab_is)
}


drive() {
	go
	param_blocked size 400G '*free extents*; 102400 (400.00 GiB) are asked for'
	console param "$step" size 8G
	param_blocked name ubuntu-lv 'the volume ubuntu-vg/ubuntu-lv exists already*'
	console param "$step" name docker-data
	guest 'mkdir /srv/docker-data; : >/srv/docker-data/file'
	prepare_blocked '/srv/docker-data is not empty (file)*'
	guest 'rm -r /srv/docker-data'
	param_blocked at /twisterlab/data-warehouse '/twisterlab/data-warehouse is mounted already*'
	param_blocked at /var/lib/docker '/var/lib/docker belongs to the system or to Docker*'
	console param "$step" at /srv/docker-data
	param_blocked on "$sdc" "$sdc (sdc) is no physical volume*"
}

expect() {
	no_volume
	same vg.free
}
