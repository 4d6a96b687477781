about='healthy, but its data are of an earlier Harbor with another password: admin cannot log in; seen, and taken away'
. "$here/cases/harbor.words.sh"

prepare() {
	made
	guest 'umask 077; mkdir -p /var/lib/harbor/registry; printf of-before >/var/lib/harbor/registry/password'
}

drive() {
	ready
	fails undone 0
	says 'admin cannot log in at 127.0.0.1:8085: *'
}

expect() {
	no_harbor
	guest '[ "$(cat /var/lib/harbor/registry/password)" = of-before ]' || fail 'its data were changed'
}
