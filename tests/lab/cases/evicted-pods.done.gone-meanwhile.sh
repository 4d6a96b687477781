about='pods that somebody else deletes between the plan and the deed are no failure'
. "$here/cases/kube.words.sh"

prepare() {
	hold_at kubectl '*delete*'
}

drive() {
	ready
	console confirm "$step"
	held
	set -- $(failed_pods | head -n 2)
	kube delete pod -n "${1%%/*}" "${1#*/}" "${2#*/}" --wait=false >&2
	release
	console wait "$step"
	is state 'done'
	is result ok
}

expect() {
	grew pods -120
	same pods.others
}
