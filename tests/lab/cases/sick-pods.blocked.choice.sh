about='nothing chosen, a healthy pod, names that are none or of nothing, a namespace that is not there'
. "$here/cases/kube.words.sh"

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason '2 sick pods, and nothing is chosen: *'
	refused console confirm "$step"
	blocked delete "$(kube get pods -n twisterlab -l component=cache --no-headers | awk '{ print "twisterlab/" $1 }')" \
		'* is not sick (now): it is left alone'
	blocked delete builder 'builder is not of the form namespace/pod, or namespace/deployment/name'
	console param "$step" delete ''
	blocked zero twisterlab/builder 'twisterlab/builder is not of the form *'
	blocked zero twisterlab/deployment/none 'there is no twisterlab/deployment/none'
	blocked zero nowhere/deployment/builder 'there is no nowhere/deployment/builder'
}

# blocked PARAM VALUE REASON
blocked() {
	console param "$step" "$1" "$2"
	is state blocked
	is reason "$3"
}

expect() {
	same pods pods.others replicas
	[ "$(now jobs)" = 0 ] || fail 'a job was started'
}
