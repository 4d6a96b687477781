about='no unit k3s; no Harbor from before; not healthy, not there; a CA for plain http; nothing chosen; an image that Docker has not'
. "$here/cases/registry.words.sh"

drive() {
	guest 'mv /etc/systemd/system/k3s.service /root/; systemctl stop k3s; systemctl daemon-reload'
	begin
	prepare_blocked 'there is no unit k3s on this server'
	guest "mv /root/k3s.service /etc/systemd/system/; systemctl daemon-reload; mv $notes/address $notes/away"
	prepare_blocked 'no Harbor was installed by the step before: *'
	guest "mv $notes/away $notes/address; : >$data/sick"
	prepare_blocked 'http://EdgeServer:8085 does not say that it is healthy: *'
	guest "rm $data/sick; systemctl stop lab-harbor"
	prepare_blocked 'http://EdgeServer:8085 does not say that it is healthy: curl: *refused*'
	guest 'systemctl start lab-harbor; n=0; until curl http://127.0.0.1:8085/api/v2.0/health | grep -q healthy; do n=$((n + 1)); [ $n -lt 100 ]; sleep 1; done'
	param_blocked ca /etc/ca.pem '/etc/ca.pem is of no use for plain http: *'
	console param "$step" ca ''
	is activity ready
	refused console param "$step" image ''
	is error 'image: a value is needed'
	param_blocked image nosuch:1 'Docker has no image nosuch:1 with a name: *'
}

expect() {
	jobs_are 0
	guest "[ ! -e $yaml ]" || fail "$yaml was written"
}
