about='the console killed (SIGKILL) between pvcreate and vgextend: found again, ended, made once'
. "$here/cases/1b.words.sh"

prepare() {
	blank
	hold vgextend
}

drive() {
	go
	console confirm "$step"
	held
	console until "$step" activity=running
	dies console kill
	begin
	console until "$step" state=running
	release
	console until "$step" state=done activity=idle
	is attempt 1
}

expect() {
	pvs_are ' /dev/sda ubuntu-vg; /dev/sdb3 ubuntu-vg;'
	[ "$(now jobs)" = 1 ] || fail "$(now jobs) jobs"
}
