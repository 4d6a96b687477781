about='0 of 3; the image from a packed archive is in containerd, one replica is wanted, and it is ready and stays so'
. "$here/cases/mcp.words.sh"

prepare() {
	made archive "$tar.gz"
	guest "gzip $tar"
}

drive() {
	ready
	is plan "* $tar.gz, * bytes, image ID *\$ gzip -dc $tar.gz | k3s ctr images import -*+ $imported*"
	is plan '*-twisterlab/deployment/mcp-unified: 3 replicas*+twisterlab/deployment/mcp-unified: 1 replicas*'
	succeeds
	is result ok
	says '1 replica is ready, and did not restart while it was watched'
}

expect() {
	images_are "$imported"
	replicas_are 1 1
	others
	journal 'select(.kind == "facts") | .facts["phase.mcp.ready"].value // empty' | tail -n 1 | grep -q '^1$' || fail 'the journal has no 1'
}
