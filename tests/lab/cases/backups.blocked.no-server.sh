about='neither a pod with that label nor a server of its own'
phase=0-stabilisation

prepare() {
	guest 'systemctl stop redis-server'
}

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason 'Redis: no running pod has the label component=cache, and this server runs none itself.*'
}

expect() {
	jobs_are 0
}
