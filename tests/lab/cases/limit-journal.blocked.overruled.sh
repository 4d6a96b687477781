about='a file that is read later sets a limit, too'
phase=0-stabilisation

prepare() {
	printf '[Journal]\nSystemMaxUse=9G\n' | guest_file /etc/systemd/journald.conf.d/99-other.conf
}

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason '*99-other.conf is read after*'
}

expect() { jobs_are 0; }
