about='the backup is taken away between the plan and the yes: nothing is run'
phase=0-stabilisation

drive() {
	begin
	step=backups
	console prepare backups
	run_step
	step=restore-postgres
	console prepare "$step"
	console ask "$step"
	guest 'rm /usr/local/sbin/twistertui-backup-postgres'
	console confirm "$step"
	console wait "$step"
	is state blocked
	is parts.apply -1
}

expect() {
	jobs_are 2
}
