about='a limit is changed between the plan and the yes: blocked with the new plan'
. "$here/cases/kube.words.sh"

drive() {
	ready
	console ask "$step"
	kube patch deployment -n monitoring grafana -p '{"spec":{"revisionHistoryLimit":7}}' >&2
	readings >"$dir/before"
	plan_changed
	is output '*-monitoring/grafana: revisionHistoryLimit 7*'
	console prepare "$step"
	is activity ready
}

expect() {
	same limits replicasets
}
