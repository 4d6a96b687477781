about='the console killed (SIGKILL) while Docker restarts, logind ending what users leave: the next one finds it'
. "$here/cases/docker-config.words.sh"

prepare() {
	guest 'mkdir -p /etc/systemd/logind.conf.d
		printf "[Login]\nKillUserProcesses=yes\nKillExcludeUsers=\n" >/etc/systemd/logind.conf.d/lab.conf
		systemctl restart systemd-logind'
	slow_restart
}

drive() {
	ready
	console confirm "$step"
	held
	console until "$step" activity=running
	dies console kill
	guest 'loginctl terminate-user twister 2>/dev/null || :; n=0
		while pgrep -u twister >/dev/null; do n=$((n + 1)); [ $n -lt 100 ]; sleep 0.2; done'
	begin
	console until "$step" state=running
	release
	console wait "$step"
	is state 'done'
	is attempt 1
	running web
}

expect() {
	same containers containers.all
	jobs_are 1
}
