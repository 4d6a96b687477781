about='somebody edits the rule between the plan and the yes: blocked with the new plan'
phase=0-stabilisation

prepare() {
	guest 'rm -f /var/log/kern.log.1 /var/log/syslog.1; truncate -s 0 /var/log/kern.log /var/log/syslog'
}

drive() {
	ready
	console ask "$step"
	guest 'sed -i "s/^\([[:space:]]*\)weekly/\1monthly/" /etc/logrotate.d/rsyslog; grep -q monthly /etc/logrotate.d/rsyslog'
	plan_changed
	console prepare "$step"
	is activity ready
	is plan '*-*monthly*+*daily*'
}

expect() {
	guest 'grep -q monthly /etc/logrotate.d/rsyslog' || fail 'the rule was written over'
}
