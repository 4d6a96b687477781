about='a file stands where the folder of settings is to be: said, and nothing is changed'
phase=0-stabilisation
panels=no

prepare() {
	guest 'rm -rf /etc/systemd/journald.conf.d; : >/etc/systemd/journald.conf.d'
}

drive() {
	ready
	run_step
	is state failed
	is failure unchanged
	is parts.apply '[1-9]*'
	is parts.undo -1
}

expect() {
	guest '[ -f /etc/systemd/journald.conf.d ] && systemctl is-active systemd-journald' || fail 'not as before'
}
