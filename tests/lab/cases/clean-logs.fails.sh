about='kern.log may not be changed (chattr +i): said, and no log is touched'
phase=0-stabilisation

list='find /var/log -name journal -prune -o -type f -printf "%p %i\n" | sort'

prepare() {
	guest 'chattr +i /var/log/kern.log'
	guest "$list" >"$dir/files.before"
}

drive() {
	ready
	run_step
	is state failed
	is failure unchanged
	is output '*truncate: *Operation not permitted*'
	says '/var/log/kern.log has *: it is not empty'
}

expect() {
	guest "$list" | cmp "$dir/files.before" - || fail 'logs are gone'
	guest 'chattr -i /var/log/kern.log'
}
