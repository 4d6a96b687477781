# shellcheck shell=sh
# shellcheck disable=SC2154 # root, tw_mark and what prelude.sh sets
# pods.sh: nodes, pods, ReplicaSets, deployments.
#
# Tables where there may be thousands (93 bytes a pod instead of 7,000, a third of the memory), JSON for the
# nodes, whose conditions carry the time of their last change. A hung API would hold kubectl for 10 to 60 seconds.

# tw_kube NAME WORD...: a section of what kubectl says. The pods come in pages of 500, each with a time limit of its
# own, so ten thousand of them may take longer than a server that does not answer.
tw_kube() {
	tw_kube_name=$1
	tw_kube_secs=12
	[ "$1" != pods ] || tw_kube_secs=30
	shift
	# shellcheck disable=SC2086 # tw_kubectl is one word or two
	tw_run "$tw_kube_name" "$tw_kube_secs" $tw_kubectl --request-timeout=8s "$@"
}

# tw_pods_by_namespace: for one who may not list the whole cluster, the profile's namespaces one by one.
tw_pods_by_namespace() {
	tw_pods_i=0
	for tw_pods_ns in ${tw_namespaces:-}; do
		[ "$tw_pods_i" -lt 10 ] || break
		tw_put "ns.$tw_pods_i" 0 "$tw_pods_ns"
		tw_kube "pods.$tw_pods_i" get pods -n "$tw_pods_ns" -o wide --no-headers
		tw_kube "replicasets.$tw_pods_i" get rs -n "$tw_pods_ns" --no-headers
		tw_kube "deployments.$tw_pods_i" get deployments -n "$tw_pods_ns" --no-headers
		tw_pods_i=$((tw_pods_i + 1))
	done
}

# tw_pods_now: sets tw_pods_version to the API's version of the pods, "" when it does not say.
tw_pods_now() {
	# shellcheck disable=SC2086 # one word or two
	tw_pods_version=$(tw_limit 5 $tw_kubectl --request-timeout=4s get --raw '/api/v1/pods?limit=1' |
		sed -n '1s/^[^{]*{[^{]*"metadata": *{[^}]*"resourceVersion": *"\([0-9]*\)".*/\1/p')
}

tw_pods_print() {
	tw_clock
	tw_find_kubectl
	tw_put kubeconfig 0 "$tw_kubeconfig_state"
	if [ -z "$tw_kubectl" ]; then
		tw_put pods 127 ''
		return
	fi
	# Before the list, so that nothing falls between it and the watch.
	if [ "${1:-}" != once ] && ! kill -0 "${tw_watch:-x}"; then
		tw_pods_now
	fi
	tw_kube nodes get nodes -o json
	tw_kube pods get pods -A -o wide --no-headers
	if [ "$tw_rc" = 0 ]; then
		tw_kube replicasets get rs -A --no-headers
		tw_kube deployments get deployments -A --no-headers
	else
		tw_pods_by_namespace
	fi
}

collect_pods() {
	tw_pods_print "$@" </dev/null 2>/dev/null
}

# A watch that begins with a list would cost as much as the list, and kubectl would keep all of it in memory for as
# long as it runs (323 MiB at 10,000 pods): this one begins at the version that the list before it had (37 MiB, whatever there
# is). It says that something changed, once; what it is, the next list says, and then there is a new watch. What outlives
# this shell ends with the API's own time limit.
watch_pods() {
	tw_find_kubectl
	[ -n "$tw_kubectl" ] && [ -n "${tw_pods_version:-}" ] || exit 0
	tw_pods_changed=$({
		# shellcheck disable=SC2086 # one word or two
		$tw_kubectl get --raw \
			"/api/v1/pods?watch=1&timeoutSeconds=90&resourceVersion=$tw_pods_version" &
	} </dev/null 2>/dev/null | head -c 1 2>/dev/null)
	[ -z "$tw_pods_changed" ] || echo 'a pod changed' >&2
}
