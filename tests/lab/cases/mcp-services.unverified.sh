about='imported, and no pod becomes ready: seen after the time given, and three replicas are wanted again'
. "$here/cases/mcp.words.sh"

prepare() {
	made wait 5
	guest 'rm /run/lab-kubelet'
}

drive() {
	ready
	fails undone 0
	says 'twisterlab/mcp-unified is not ready after 5 s: *'
	says 'twisterlab/mcp-unified has 3 replicas again'
}

expect() {
	same replicas
	replicas_are 3 ''
}
