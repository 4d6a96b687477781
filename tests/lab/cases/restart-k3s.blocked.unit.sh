about='no unit k3s, a stopped one, a node that is not ready even before'
. "$here/cases/k3s.words.sh"

prepare() { :; }

drive() {
	begin
	prepare_blocked 'systemd knows no k3s here'
	k3s_unit
	guest 'systemctl stop k3s'
	prepare_blocked 'systemd says that k3s is inactive (journalctl -u k3s)'
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
	prepare_blocked 'not ready even before a restart: edgeserver. Find out why first'
}

expect() {
	jobs_are 0
}
