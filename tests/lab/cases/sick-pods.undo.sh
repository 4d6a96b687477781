about='what was scaled to zero has its replicas again, and its pod is back'
. "$here/cases/kube.words.sh"

prepare() {
	kube scale deployment -n twisterlab builder --replicas=2 >&2
	until [ "$(kube get pods -n twisterlab -l app=builder --no-headers | grep -c CrashLoopBackOff)" = 2 ]; do sleep 0.2; done
}

drive() {
	begin
	console param "$step" zero twisterlab/deployment/builder
	is activity ready
	succeeds
	undo
	is state todo
	says 'twisterlab/deployment/builder has 2 replicas again'
}

expect() {
	same replicas replicasets limits
	local tries=0
	until [ "$(kube get pods -n twisterlab -l app=builder --no-headers | grep -c CrashLoopBackOff)" = 2 ]; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || fail 'the pods are not back'
		sleep 0.2
	done
}
