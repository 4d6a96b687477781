about='nothing reaches syslog although logger says so: put back by the job itself'
phase=0-stabilisation

prepare() {
	wrap logger <<-'END'
		cat >/dev/null
		exit 0
	END
}

drive() {
	ready
	run_step
	is state failed
	is failure undone
	says '*did not reach syslog'
}

expect() {
	guest '[ ! -e /etc/systemd/system/disk-alert.timer ] && [ ! -e /usr/local/sbin/disk-alert ]' || fail 'files are left'
}
