about='KillUserProcesses=yes and the link lost in the middle: the job goes on'

prepare() {
	guest 'mkdir -p /etc/systemd/logind.conf.d
		printf "[Login]\nKillUserProcesses=yes\nKillExcludeUsers=\n" >/etc/systemd/logind.conf.d/lab.conf
		systemctl restart systemd-logind'
	hold lvextend
}

drive() {
	ready
	console confirm "$step"
	held
	console until "$step" activity=running
	console drop-link
	# nothing of the user's sessions is left, as logind wants it
	guest 'loginctl terminate-user twister 2>/dev/null || :; n=0
		while pgrep -u twister >/dev/null; do n=$((n + 1)); [ $n -lt 100 ]; sleep 0.2; done'
	release
	console link up
	console wait "$step"
	is state 'done'
	is attempt 1
}

expect() {
	grew lv.bytes $((50 << 30))
	jobs_are 1
}
