about='a file of the copy differs: seen, and put back'
. "$here/cases/1b.words.sh"

# a file that Docker has in both ages
prepare() {
	wrap cp <<-'END'
		"$real" "$@" || exit
		case $* in *twistertui-new*) for last; do :; done; chmod 600 "$last/image/overlay2/repositories.json" ;; esac
	END
	guest 'chmod 640 /var/lib/docker/image/overlay2/repositories.json'
}

drive() {
	go
	is activity ready
	run_step
	is state failed
	is failure undone
	says 'the copy in * is not the same as the original'
}

expect() {
	same containers
	not_moved
}
