about='no unit k3s, a stopped one, a node that is not ready even before'
. "$here/cases/k3s.words.sh"

prepare() { :; }

drive() {
	begin
	blocked 'systemd knows no k3s here'
	k3s_unit
	guest 'systemctl stop k3s'
	blocked 'systemd says that k3s is inactive (journalctl -u k3s)'
	guest 'systemctl start k3s'
	PYTHONDONTWRITEBYTECODE=1 python3 - "$TOP_SRCDIR/tests/lab/kube" "$TWISTERTUI_LAB/clusters/$LAB_CLUSTER" <<-'EOF'
		import sys
		sys.path.insert(0, sys.argv[1])
		import k8s
		api = k8s.Api(sys.argv[2])
		status = api.get('/api/v1/nodes/edgeserver')['status']
		for c in status['conditions']:
		    if c['type'] == 'Ready':
		        c['status'] = 'Unknown'
		api.patch('/api/v1/nodes/edgeserver/status', {'status': status})
	EOF
	blocked 'not ready even before a restart: edgeserver. Find out why first'
}

# blocked REASON
blocked() {
	console prepare "$step"
	is state blocked
	is reason "$1"
	refused console confirm "$step"
}

expect() {
	[ "$(now jobs)" = 0 ] || fail 'a job was started'
}
