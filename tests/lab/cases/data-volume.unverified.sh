about='mount says yes and does nothing: seen, and put back'
. "$here/cases/1b.words.sh"

prepare() {
	added
	fstab=$(fstab_is)
	wrap mount <<-'END'
		case "$*" in */srv/docker-data) exit 0 ;; esac
		exec "$real" "$@"
	END
}

drive() {
	go
	fails undone 0
	says 'ubuntu-vg/docker-data is not what is mounted on /srv/docker-data*'
}

expect() {
	no_volume
	same vg.free
}
