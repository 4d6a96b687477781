about='k3s has the image, one replica is wanted and ready: nothing is run'
. "$here/cases/mcp.words.sh"

prepare() {
	made
	guest "k3s ctr images import $tar"
	kube scale deployment -n twisterlab mcp-unified --replicas=1 >&2
	kube rollout status deployment -n twisterlab mcp-unified --timeout=120s >&2
}

drive() {
	begin
	satisfied 'twisterlab/mcp-unified: 1 replica wanted, ready'
}

expect() {
	jobs_are 0
	same pods.others replicas
}
