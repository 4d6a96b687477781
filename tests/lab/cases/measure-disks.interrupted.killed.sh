about='the console killed (SIGKILL) in the middle: the next one has the figures'

prepare() {
	hold hdparm
}

drive() {
	ready
	console confirm "$step"
	held
	console until "$step" activity=running
	dies console kill
	release
	begin
	console until "$step" state=done activity=idle
	is attempt 1
}

expect() {
	journal 'select(.kind == "facts" and .when == "after") | .facts["phase.read-speed.sdb"].value' |
		grep -q '^[1-9]' || fail 'no figure of sdb in the journal'
	jobs_are 1
}
