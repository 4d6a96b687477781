about='each keeps 3 already: nothing is run'
. "$here/cases/kube.words.sh"

prepare() {
	kube get deployments -A --no-headers | while read -r space name _; do
		kube patch deployment -n "$space" "$name" -p '{"spec":{"revisionHistoryLimit":3}}' >&2 </dev/null
	done
}

drive() {
	begin
	satisfied 'each Deployment keeps 3'
}

expect() {
	same limits replicasets
}
