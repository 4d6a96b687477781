about='somebody makes a volume of that name just before ours: theirs is left alone'
. "$here/cases/1b.words.sh"

prepare() {
	added
	wrap lvcreate <<-'END'
		[ -e /run/lab/theirs ] || "$real" -q -y -L 1G -n docker-data ubuntu-vg /dev/sda
		: >/run/lab/theirs
		exec "$real" "$@"
	END
	fstab=$(fstab_is)
}

drive() {
	go
	fails undone 1
	says '*is not the volume that this step made: it is left alone'
}

expect() {
	[ "$(guest 'lvs --noheadings -o lv_size,lv_tags --units g ubuntu-vg/docker-data | tr -d " "')" = 1.00g ] || fail 'theirs is gone'
	[ "$(fstab_is)" = "$fstab" ] || fail 'fstab is not as it was'
}
