about='the unit does not start again: said, with its last words'
. "$here/cases/k3s.words.sh"

drive() {
	begin
	console param "$step" wait 10
	is activity ready
	guest 'mkdir -p /etc/systemd/system/k3s.service.d
		printf "[Service]\nExecStartPre=/bin/sh -c \"echo lab: no k3s today; exit 1\"\n" >/etc/systemd/system/k3s.service.d/lab.conf
		systemctl daemon-reload'
	run_step
	is state failed
	is parts.apply '[1-9]*'
	is output '*lab: no k3s today*'
	says 'systemd says that k3s is failed (journalctl -u k3s)'
}

expect() {
	same pods pods.others
}
