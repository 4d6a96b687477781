about='a script of that name that somebody else wrote, and a link in the place of the timer'
phase=0-stabilisation

drive() {
	begin
	printf '#!/bin/sh\necho mine\n' | guest_file /usr/local/sbin/disk-alert 755
	console prepare "$step"
	is state blocked
	is reason '*/usr/local/sbin/disk-alert is there already and was not written by twistertui: move it away first'
	guest 'rm /usr/local/sbin/disk-alert; ln -s /dev/null /etc/systemd/system/disk-alert.timer'
	console prepare "$step"
	is state blocked
	is reason '*/etc/systemd/system/disk-alert.timer is a link or no plain file: it is left alone'
	guest 'rm /etc/systemd/system/disk-alert.timer; mv /usr/bin/logger /usr/bin/logger.away'
	console prepare "$step"
	is state blocked
	is reason '*logger is not on this server'
	guest 'mv /usr/bin/logger.away /usr/bin/logger'
	console prepare "$step"
	is activity ready
}

expect() { jobs_are 0; }
