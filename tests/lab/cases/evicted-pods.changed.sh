about='another pod is evicted between the plan and the yes: blocked with the new plan'
. "$here/cases/kube.words.sh"

drive() {
	ready
	console ask "$step"
	evict monitoring late-1
	plan_changed
	is output '*$ kubectl delete pod -n monitoring late-1 *'
	console prepare "$step"
	is activity ready
	is plan '*$ kubectl delete pod -n monitoring late-1 *'
}

expect() {
	grew pods 1
	grew pods.failed 1
}
