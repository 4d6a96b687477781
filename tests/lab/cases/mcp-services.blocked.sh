about='DiskPressure; no such namespace; a label of nothing, of two; a deployment that is not there; no k3s; containerd stopped'
. "$here/cases/mcp.words.sh"

prepare() {
	made
	kube label deployment -n twisterlab agent-desktop agent-resolver tier=agent >&2
}

drive() {
	pressure on
	begin
	console prepare "$step"
	blocked 'the node is under DiskPressure: *'
	pressure off
	console param "$step" namespace nosuch
	blocked 'no deployment has the label app=mcp-unified in the namespace nosuch. What there is: twisterlab/mcp-unified. *'
	console param "$step" namespace twisterlab
	is activity ready
	console param "$step" label tier=agent
	blocked 'several deployments have the label tier=agent: twisterlab/agent-desktop, twisterlab/agent-resolver. *'
	console param "$step" deployments twisterlab/nosuch
	blocked 'there is no deployment twisterlab/nosuch'
	console param "$step" deployments twisterlab/mcp-unified
	is activity ready
	guest 'systemctl stop containerd'
	console prepare "$step"
	blocked "the list of k3s' images cannot be read: *"
	guest 'systemctl start containerd docker; mv /usr/local/bin/k3s /usr/local/bin/k3s.away'
	console prepare "$step"
	blocked 'k3s is not on this server'
}

# blocked REASON
blocked() {
	is state blocked
	is reason "$1"
	refused console confirm "$step"
}

expect() {
	[ "$(now jobs)" = 0 ] || fail 'a job was started'
	same replicas
	images_are
}
