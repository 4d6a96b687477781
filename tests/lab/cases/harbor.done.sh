about='installed, healthy, admin logs in; its passwords are made on the server and stand in no log, nor where others read'
. "$here/cases/harbor.words.sh"

drive() {
	ready
	is plan '*Harbor v2.10.0, * bytes, sha256 *-hostname: reg.mydomain.com*+hostname: EdgeServer*'
	is plan '*-harbor_admin_password: (hidden)*+harbor_admin_password: (made on this server, not shown)*'
	says 'the passwords of admin and of the database will be made on the server, in *'
	succeeds
	is result ok
	is output '*loaded secret: \*\*\*\*\*\*\*\**'
	says "Harbor is healthy at http://EdgeServer:8085, 2 containers run, admin can log in; *$notes/admin-password*"
}

expect() {
	harbor_runs
	guest '[ "$(stat -c "%a %U" /opt/harbor/harbor.yml)" = "600 root" ]' || fail 'others may read harbor.yml'
	guest '! grep -E "Harbor12345|root123" /opt/harbor/harbor.yml' || fail 'the default passwords are there'
	secrets admin database
}
