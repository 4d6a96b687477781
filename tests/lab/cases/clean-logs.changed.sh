about='one more rotated log between the plan and the yes: blocked with the new plan'
phase=0-stabilisation

drive() {
	ready
	console ask "$step"
	guest ': >/var/log/other.log.1'
	plan_changed
	is output '*$ rm /var/log/other.log.1 *'
	console prepare "$step"
	is activity ready
}

expect() {
	guest '[ -e /var/log/other.log.1 ] && [ "$(stat -c %s /var/log/kern.log)" -gt 1000000000 ]' || fail 'logs were touched'
}
