about='a pod that something owns is deleted and comes back under another name: seen'
. "$here/cases/kube.words.sh"

drive() {
	begin
	pod=$(kube get pods -n twisterlab -l app=builder --no-headers | awk '{ print "twisterlab/" $1 }')
	console param "$step" delete "$pod"
	is activity ready
	says "$pod is owned by deployment/builder and will come back: *"
	run_step
	is state failed
	is parts.apply 0
	is parts.verify '[1-9]*'
	says 'twisterlab/builder-* has come back: deployment/builder owns it. Scale that to zero instead'
}

expect() {
	grew pods 0
	! kube get pod -n twisterlab "${pod#*/}" 2>/dev/null || fail 'it was not deleted'
}
