about='hdparm hangs past the time limit: ended'

prepare() {
	phase_json '.steps |= map(if .id == "measure-disks" then .timeout = "15s" else . end)'
	hold hdparm
}

drive() {
	ready
	run_step
	is state failed
	is result timeout
	guest '! pgrep -f /usr/local/sbin/[h]dparm'
}

expect() {
	same lv.table containers
}
