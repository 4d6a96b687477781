about='df is not there'
. "$here/cases/kube.words.sh"

cluster=

drive() {
	begin
	guest 'mv /usr/bin/df /usr/bin/df.away'
	console prepare "$step"
	is state blocked
	is reason 'df is not on this server'
	refused console confirm "$step"
	guest 'mv /usr/bin/df.away /usr/bin/df'
	console prepare "$step"
	is activity ready
}

expect() {
	[ "$(now jobs)" = 0 ] || fail 'a job was started'
}
