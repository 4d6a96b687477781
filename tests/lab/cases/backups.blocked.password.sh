about='PostgreSQL wants a password that nobody has'
phase=0-stabilisation

prepare() {
	guest 'sed -i "s/^local.*/local all all scram-sha-256/" /etc/postgresql/*/main/pg_hba.conf; systemctl reload postgresql'
}

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason 'PostgreSQL (this server) does not let itself be asked: *no password supplied*'
}

expect() {
	jobs_are 0
}
