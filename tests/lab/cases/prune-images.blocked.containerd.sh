about='no crictl; containerd stopped'
. "$here/cases/images.words.sh"

drive() {
	begin
	console param "$step" images "$unused"
	guest 'mv /usr/local/bin/crictl /usr/local/bin/crictl.away'
	console prepare "$step"
	is state blocked
	is reason 'crictl is not on this server'
	guest 'mv /usr/local/bin/crictl.away /usr/local/bin/crictl; systemctl stop containerd'
	console prepare "$step"
	is state blocked
	is reason 'containerd does not list its images: *'
	guest 'systemctl start containerd docker'
	console prepare "$step"
	is activity ready
}

expect() {
	jobs_are 0
}
