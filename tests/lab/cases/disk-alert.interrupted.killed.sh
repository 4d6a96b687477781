about='the console killed (SIGKILL) before the first alert: the next one finds the job and its end'
phase=0-stabilisation

prepare() {
	hold_at systemctl 'start?disk-alert.service'
}

drive() {
	ready
	killed_while_held
	says 'a line got through to syslog with nothing around it; *'
}

expect() { jobs_are 1; }
