about='hdparm is not there'

prepare() {
	guest 'mv /usr/sbin/hdparm /root/'
}

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason 'hdparm is not on this server*'
	refused console confirm "$step"
}

expect() {
	[ "$(now jobs)" = 0 ] || fail 'a job was started'
}
