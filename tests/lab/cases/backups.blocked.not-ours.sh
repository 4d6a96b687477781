about='a file of that name that somebody else made'
phase=0-stabilisation

prepare() {
	guest 'mkdir -p /usr/local/sbin; echo "#!/bin/sh" >/usr/local/sbin/twistertui-backup-redis'
}

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason '/usr/local/sbin/twistertui-backup-redis was not made by this step*'
}

expect() {
	jobs_are 0
}
