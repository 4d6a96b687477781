about='no disk turns'

prepare() {
	guest 'for d in sda sdb sdc; do echo 0 >/sys/block/$d/queue/rotational; done'
}

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason 'no disk of this server turns: choose one by name'
	console param "$step" disk sda
	is activity ready
}

expect() {
	jobs_are 0
}
