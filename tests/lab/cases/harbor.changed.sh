about='the installer becomes another file between the plan and the yes: blocked with the new plan, nothing is unpacked'
. "$here/cases/harbor.words.sh"

drive() {
	ready
	console ask "$step"
	guest "cd /root/h; echo '# another' >>harbor/install.sh; tar -czf $tgz harbor"
	plan_changed
	console prepare "$step"
	is activity ready
}

expect() {
	no_harbor
	guest "[ ! -e $notes/admin-password ]" || fail 'a password was made'
}
