about='hdparm is not there'

prepare() {
	guest 'mv /usr/sbin/hdparm /root/'
}

drive() {
	begin
	prepare_blocked 'hdparm is not on this server*'
}

expect() {
	jobs_are 0
}
