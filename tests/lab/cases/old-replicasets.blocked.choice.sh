about='nothing chosen, a namespace that is not there, one in force, a name that is none'
. "$here/cases/kube.words.sh"

drive() {
	begin
	console param "$step" namespaces nowhere
	prepare_blocked 'there is no Deployment in a namespace nowhere'
	console param "$step" namespaces ''
	prepare_blocked 'neither namespaces nor ReplicaSets are chosen*'
	console param "$step" delete maestro
	prepare_blocked 'maestro is not of the form namespace/replicaset'
	console param "$step" delete "$(kube get replicasets -n monitoring -l app=grafana --no-headers | awk '{ print "monitoring/" $1 }')"
	prepare_blocked 'monitoring/grafana-* is in force or has pods: it is no old one'
}

expect() {
	same limits replicasets
	jobs_are 0
}
