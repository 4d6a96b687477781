about='DiskPressure; no such namespace; a label of nothing, of two; a deployment that is not there; no k3s; containerd stopped'
. "$here/cases/mcp.words.sh"

prepare() {
	made
	kube label deployment -n twisterlab agent-desktop agent-resolver tier=agent >&2
}

drive() {
	pressure on
	begin
	prepare_blocked 'the node is under DiskPressure: *'
	pressure off
	param_blocked namespace nosuch 'no deployment has the label app=mcp-unified in the namespace nosuch. What there is: twisterlab/mcp-unified. *'
	console param "$step" namespace twisterlab
	is activity ready
	param_blocked label tier=agent 'several deployments have the label tier=agent: twisterlab/agent-desktop, twisterlab/agent-resolver. *'
	param_blocked deployments twisterlab/nosuch 'there is no deployment twisterlab/nosuch'
	console param "$step" deployments twisterlab/mcp-unified
	is activity ready
	guest 'systemctl stop containerd'
	prepare_blocked "the list of k3s' images cannot be read: *"
	guest 'systemctl start containerd docker; mv /usr/local/bin/k3s /usr/local/bin/k3s.away'
	prepare_blocked 'k3s is not on this server'
}

expect() {
	jobs_are 0
	same replicas
	images_are
}
