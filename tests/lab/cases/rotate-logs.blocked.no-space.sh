about='no space to compress what is rotated next'
phase=0-stabilisation

prepare() {
	guest 'free=$(df -B1 --output=avail / | tail -n 1); fallocate -l $((free / 2 + 4000000000)) /var/log/syslog.1'
}

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason '/var/log/syslog.1 is compressed next, which needs up to *'
}

expect() { jobs_are 0; }
