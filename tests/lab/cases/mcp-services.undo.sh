about='three replicas again; the image stays, and it is said'
. "$here/cases/mcp.words.sh"

drive() {
	ready
	succeeds
	undo
	is result ok
	says 'twisterlab/mcp-unified has 3 replicas again'
	says 'the imported image stays in k3s'
}

expect() {
	same replicas
	images_are "$imported"
}
