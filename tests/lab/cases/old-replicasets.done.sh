about='each Deployment keeps 3, none of the empty ones is more than that; who is in force stays'
. "$here/cases/kube.words.sh"

drive() {
	ready
	says '12 empty old ReplicaSets of 16 Deployments'
	is plan '*+twisterlab/maestro: revisionHistoryLimit 3*'
	succeeds
	is result ok
	says 'each Deployment keeps 3; 12 empty ones are there'
}

expect() {
	[ "$(kube get deployments -A -o 'jsonpath={range .items[*]}{.spec.revisionHistoryLimit}{"\n"}{end}' | sort | uniq -c |
		tr -s ' ')" = ' 16 3' ] || fail 'not all keep 3'
	same pods pods.others replicas replicasets
}
