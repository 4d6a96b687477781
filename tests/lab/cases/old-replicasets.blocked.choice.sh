about='nothing chosen, a namespace that is not there, one in force, a name that is none'
. "$here/cases/kube.words.sh"

drive() {
	begin
	console param "$step" namespaces nowhere
	blocked 'there is no Deployment in a namespace nowhere'
	console param "$step" namespaces ''
	blocked 'neither namespaces nor ReplicaSets are chosen*'
	console param "$step" delete maestro
	blocked 'maestro is not of the form namespace/replicaset'
	console param "$step" delete "$(kube get replicasets -n monitoring -l app=grafana --no-headers | awk '{ print "monitoring/" $1 }')"
	blocked 'monitoring/grafana-* is in force or has pods: it is no old one'
}

# blocked REASON
blocked() {
	console prepare "$step"
	is state blocked
	is reason "$1"
	refused console confirm "$step"
}

expect() {
	same limits replicasets
	[ "$(now jobs)" = 0 ] || fail 'a job was started'
}
