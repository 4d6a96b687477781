# shellcheck shell=sh
# shellcheck disable=SC2154 # root, tw_mark and what prelude.sh sets
# pods.sh: nodes, pods, ReplicaSets, deployments.
#
# Tables where there may be thousands (93 bytes a pod instead of 7,000, a third of the memory), JSON for the
# nodes, whose conditions carry the time of their last change. A hung API would hold kubectl for 10 to 60 seconds.

# tw_kube NAME WORD...: a section of what kubectl says.
tw_kube() {
	tw_kube_name=$1
	shift
	# shellcheck disable=SC2086 # tw_kubectl is one word or two
	tw_run "$tw_kube_name" 12 $tw_kubectl --request-timeout=8s "$@"
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

tw_pods_print() {
	tw_clock
	tw_find_kubectl
	tw_put kubeconfig 0 "$tw_kubeconfig_state"
	if [ -z "$tw_kubectl" ]; then
		tw_put pods 127 ''
		return
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
	tw_pods_print </dev/null 2>/dev/null
}

watch_pods() {
	tw_find_kubectl
	[ -n "$tw_kubectl" ] || exit 0
	# shellcheck disable=SC2086 # one word or two
	exec $tw_kubectl --request-timeout=0 get pods -A --watch-only --no-headers </dev/null >&2 2>/dev/null
}
