about='what it found cannot be written down: said'
. "$here/cases/kube.words.sh"

cluster=

prepare() {
	guest 'rm -rf /var/backups/twistertui; : >/var/backups/twistertui'
}

drive() {
	ready
	run_step
	is state failed
	is failure unchanged
	says 'the audit is not in /var/backups/twistertui/audit.before'
}

expect() {
	guest '[ -f /var/backups/twistertui ]' || fail 'the file in its way is gone'
}
