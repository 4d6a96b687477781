about='power cut before the restart: the console says what it finds; made again'
. "$here/cases/k3s.words.sh"

drive() {
	guest 'mkdir -p /etc/systemd/system/multi-user.target.wants
		ln -s ../k3s.service /etc/systemd/system/multi-user.target.wants/; sync'
	ready
	hold_at systemctl 'restart?k3s'
	console confirm "$step"
	held
	power off
	power on
	guest 'rm /usr/local/sbin/systemctl; sed -i "s/:6443/:6444/" /etc/rancher/k3s/k3s.yaml'
	console within 900
	console link up
	console until "$step" state=interrupted activity=idle
	is reason 'cut short; check says *'
	console prepare "$step"
	is activity ready
	succeeds
	is attempt 2
}

expect() {
	same pods pods.others
}
