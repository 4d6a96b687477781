about='the console killed (SIGKILL) before kern.log is emptied: the next one finds the job and its end'
phase=0-stabilisation

prepare() {
	hold truncate
}

drive() {
	ready
	killed_while_held
}

expect() {
	guest '[ "$(stat -c %s /var/log/kern.log)" -lt 1000000 ]' || fail 'kern.log is not empty'
	jobs_are 1
}
