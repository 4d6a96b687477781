about='cancelled by the operator'

prepare() {
	hold hdparm
}

drive() {
	ready
	console confirm "$step"
	held
	console until "$step" activity=running
	console cancel "$step"
	console wait "$step"
	is state failed
	is result cancelled
	guest '! pgrep -f /usr/local/sbin/[h]dparm'
}

expect() {
	same lv.table containers
}
