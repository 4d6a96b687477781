about='a log that rsyslogd holds open, one that was deleted while open, and rotated ones'
phase=0-stabilisation

prepare() {
	guest 'logger -p kern.warning lab; logger -p user.warning lab; sleep 1
		fallocate -l 2G /var/log/kern.log; fallocate -l 1G /var/log/gone.log; : >/var/log/old.log.1
		(exec sleep 3000 >>/var/log/gone.log 2>/dev/null </dev/null) & sleep 1; rm /var/log/gone.log
		stat -c %i /var/log/kern.log' >"$dir/inode"
}

drive() {
	local held
	begin
	console choices "$step" empty
	held=$(jq -r '.choices[]? | select(startswith("/proc/"))' <<<"$said")
	[ -n "$held" ] || fail "the deleted one is no choice: $said"
	console param "$step" empty "/var/log/kern.log $held"
	is activity ready
	succeeds
}

expect() {
	guest 'stat -c %i /var/log/kern.log' | cmp - <(tail -n 1 "$dir/inode") || fail 'kern.log is another file'
	guest '[ "$(stat -c %s /var/log/kern.log)" -lt 1000000 ]' || fail 'kern.log is not empty'
	guest '[ ! -e /var/log/old.log.1 ]' || fail 'a rotated log is left'
	guest '! ls -lL /proc/[0-9]*/fd/1 2>/dev/null | grep 1073741824' || fail 'the deleted one still takes its space'
}
