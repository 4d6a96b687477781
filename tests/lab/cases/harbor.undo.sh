about='containers and folder are gone; data, images and passwords stay, and it is said where'
. "$here/cases/harbor.words.sh"

drive() {
	ready
	succeeds
	undo
	is result ok
	says "Harbor's containers and folder are gone. Kept: its data in /var/lib/harbor, the passwords in $notes, its images in Docker"
}

expect() {
	no_harbor
	guest "[ -s /var/lib/harbor/registry/password ]; [ -s $notes/admin-password ]; docker image inspect goharbor/lab:v2.10.0 >/dev/null
		[ -z \"\$(ss -H -l -t -n 'sport = :8085')\" ]" || fail 'what was to stay is gone, or the port is not free'
	secrets admin
}
