about='the console killed (SIGKILL) before logrotate runs: the next one finds the job and its end'
phase=0-stabilisation

prepare() {
	guest 'rm -f /var/log/kern.log.1 /var/log/syslog.1; truncate -s 0 /var/log/kern.log /var/log/syslog'
	hold_at systemctl 'start?logrotate.service'
}

drive() {
	ready
	killed_while_held
}

expect() { jobs_are 1; }
