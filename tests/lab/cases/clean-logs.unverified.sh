about='truncate says ok and did nothing: seen'
phase=0-stabilisation

prepare() {
	wrap truncate <<-'EOF'
		exit 0
	EOF
}

drive() {
	ready
	run_step
	is state failed
	is parts.apply 0
	is parts.verify '[1-9]*'
	says '/var/log/kern.log has *: it is not empty'
}

expect() {
	guest '[ "$(stat -c %s /var/log/kern.log)" -gt 1000000000 ]' || fail 'it was emptied'
}
