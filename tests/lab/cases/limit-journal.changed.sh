about='somebody writes settings there between the plan and the yes: blocked with the new plan'
phase=0-stabilisation

drive() {
	ready
	console ask "$step"
	printf '[Journal]\nSystemMaxUse=2G\n' | guest_file /etc/systemd/journald.conf.d/90-twistertui.conf
	plan_changed
	is output '*-SystemMaxUse=2G*'
	console prepare "$step"
	is activity ready
}

expect() {
	guest 'grep -qx SystemMaxUse=2G /etc/systemd/journald.conf.d/90-twistertui.conf' || fail 'it was written over'
}
