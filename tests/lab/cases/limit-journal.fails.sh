about='a file stands where the folder of settings is to be: said, and put back'
phase=0-stabilisation
panels=no

prepare() {
	guest 'rm -rf /etc/systemd/journald.conf.d; : >/etc/systemd/journald.conf.d'
}

drive() {
	ready
	run_step
	is state failed
	is failure undone
	is parts.apply '[1-9]*'
}

expect() {
	guest '[ -f /etc/systemd/journald.conf.d ] && systemctl is-active systemd-journald' || fail 'not as before'
}
