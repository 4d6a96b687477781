about='kern.log is empty and no rotated log is left: nothing is run'
phase=0-stabilisation

prepare() {
	guest 'truncate -s 0 /var/log/kern.log
		find /var/log -name journal -prune -o -type f \( -name "*.[0-9]" -o -name "*.[0-9].*" -o -name "*-20*" \) -exec rm {} +'
}

drive() {
	begin
	satisfied '*the chosen logs are empty or gone'
}

expect() { jobs_are 0; }
