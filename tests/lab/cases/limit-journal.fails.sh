about='a file stands where the folder of settings is to be: said, and nothing is changed'
phase=0-stabilisation

prepare() {
	guest 'rm -rf /etc/systemd/journald.conf.d; : >/etc/systemd/journald.conf.d'
}

drive() {
	ready
	fails unchanged '[1-9]*'
	is parts.undo -1
}

expect() {
	guest '[ -f /etc/systemd/journald.conf.d ] && systemctl is-active systemd-journald' || fail 'not as before'
}
