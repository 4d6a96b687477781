about='power cut between none and one replica: the console says that it is not so, and undo has three again'
. "$here/cases/mcp.words.sh"

drive() {
	ready
	hold_at kubectl '*scale*--replicas=1'
	console confirm "$step"
	held
	guest sync
	replicas_are 0 ''
	power_cut kubectl
	interrupted
	is reason 'cut short; check says it is not so*'
	undo
	is result ok
	says 'twisterlab/mcp-unified has 3 replicas again'
}

expect() {
	same replicas
	images_are "$imported"
}
