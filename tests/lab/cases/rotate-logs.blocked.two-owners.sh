about='a rule that already names a log, and others besides: which of the two is to go is not ours to say'
phase=0-stabilisation

prepare() {
	guest 'rm -f /var/log/kern.log.1 /var/log/syslog.1; truncate -s 0 /var/log/kern.log /var/log/syslog'
	printf '/var/log/app.log /var/log/syslog {\n  daily\n}\n' | guest_file /etc/logrotate.d/zz-app
}

drive() {
	begin
	prepare_blocked '/var/log/syslog is named by rsyslog and by zz-app, which has other logs, too: *'
}

expect() { jobs_are 0; }
