about='df is not there'
. "$here/cases/kube.words.sh"

cluster=

drive() {
	begin
	guest 'mv /usr/bin/df /usr/bin/df.away'
	prepare_blocked 'df is not on this server'
	guest 'mv /usr/bin/df.away /usr/bin/df'
	console prepare "$step"
	is activity ready
}

expect() {
	jobs_are 0
}
