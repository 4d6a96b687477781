about='containerd goes away when the image is to be imported: said, and the deployment is as it was'
. "$here/cases/mcp.words.sh"

drive() {
	ready
	hold_at k3s 'ctr?images?import*'
	stopped_while_held containerd docker
	is state failed
	is failure unchanged
	is parts.apply '[1-9]*'
}

expect() {
	images_are
	same replicas pods.others
}
