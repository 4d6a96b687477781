about='nothing chosen, a healthy pod, names that are none or of nothing, a namespace that is not there'
. "$here/cases/kube.words.sh"

drive() {
	begin
	prepare_blocked '2 sick pods, and nothing is chosen: *'
	param_blocked delete "$(kube get pods -n twisterlab -l component=cache --no-headers | awk '{ print "twisterlab/" $1 }')" \
		'* is not sick (now): it is left alone'
	param_blocked delete builder 'builder is not of the form namespace/pod, or namespace/deployment/name'
	console param "$step" delete ''
	param_blocked zero twisterlab/builder 'twisterlab/builder is not of the form *'
	param_blocked zero twisterlab/deployment/none 'there is no twisterlab/deployment/none'
	param_blocked zero nowhere/deployment/builder 'there is no nowhere/deployment/builder'
}

expect() {
	same pods pods.others replicas
	jobs_are 0
}
