about='the mount is refused: no volume, no line in fstab, no folder'
. "$here/cases/1b.words.sh"

prepare() {
	added
	fstab=$(fstab_is)
	wrap mount <<-'END'
		case "$*" in */srv/docker-data) echo 'mount: /srv/docker-data: permission denied.' >&2; exit 32 ;; esac
		exec "$real" "$@"
	END
}

drive() {
	go
	fails undone 1
}

expect() {
	no_volume
	same vg.free
}
