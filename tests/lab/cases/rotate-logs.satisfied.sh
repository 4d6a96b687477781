about='one rule for each log and an hourly timer already: nothing is run'
phase=0-stabilisation

prepare() {
	guest 'rm -f /var/log/kern.log.1 /var/log/syslog.1; truncate -s 0 /var/log/kern.log /var/log/syslog'
}

drive() {
	ready
	succeeds
	stranger
	satisfied '*each log has one rule, over 500M, 3 kept, every hour'
}

expect() { same docker.pid; }
