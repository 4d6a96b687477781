about='PostgreSQL stopped between the plan and the yes: nothing is run'
phase=0-stabilisation

drive() {
	ready
	console ask "$step"
	guest 'systemctl stop postgresql'
	console confirm "$step"
	console wait "$step"
	is state blocked
	is parts.apply -1
}

expect() {
	guest '! ls /usr/local/sbin/twistertui-backup-* 2>/dev/null' || fail 'something was installed'
}
