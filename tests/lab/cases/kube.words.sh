# What the cases about pods share; not a case. Each begins with: . "$here/cases/kube.words.sh"
# shellcheck shell=bash disable=SC2034,SC2016,SC2154 # for matrix-case; scripts for the guest
phase=0-stabilisation
cluster=yes
panels=no

# without_kubectl, with_kubectl: the guest has none, and has it again.
without_kubectl() { guest 'mv /usr/local/bin/kubectl /usr/local/bin/away'; }
with_kubectl() { guest 'mv /usr/local/bin/away /usr/local/bin/kubectl'; }

# unreachable [FIRST]: no kubectl, then an API that is refused, hangs (SIGSTOP), forbids, does not know who asks. Each time
# the step is blocked with kubectl's own words after FIRST and cannot be confirmed; when all is well again it is ready.
unreachable() {
	local how first=${1-the cluster does not answer: }
	local -A words=(
		[refused]='*connection to the server 127.0.0.1:644? was refused*'
		[hang]='*Unable to connect to the server: *'
		[forbidden]='Error from server (Forbidden): *'
		[unauthorized]='error: You must be logged in to the server (Unauthorized)'
	)
	without_kubectl
	prepare_blocked "${first}kubectl: not found"
	with_kubectl
	for how in refused hang forbidden unauthorized; do
		cluster break "$how"
		prepare_blocked "$first${words[$how]}"
	done
	cluster mend
	console prepare "$step"
	is activity ready
}

# by_default NAME VALUE…: parameters of the step, as the phase itself has them: one look at the server, not one for each.
by_default() {
	local filter=.
	while [ $# -gt 0 ]; do
		filter+=" | (.steps[] | select(.id == \"$step\").params[] | select(.name == \"$1\").default) = \"$2\""
		shift 2
	done
	phase_json "$filter"
}

# may_only_look: who asks from the guest may read all, and change nothing: a real refusal when it comes to it.
may_only_look() {
	kube delete clusterrolebinding edge-admins >&2
	kube create -f - >&2 <<-'END'
		{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "edge-looks"},
		"rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]}]}
	END
	kube create clusterrolebinding edge-looks --clusterrole=edge-looks --group=edge-admins >&2
	local tries=0
	until [ "$(as_edge auth can-i delete pods -A)" = no ] && [ "$(as_edge auth can-i list pods -A)" = yes ]; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || fail 'the API goes by the old rights'
		sleep 0.2
	done
}

as_edge() { kube --kubeconfig "$TWISTERTUI_LAB/clusters/$LAB_CLUSTER/kubeconfig.edge" "$@" 2>/dev/null || :; }

# evict NAMESPACE NAME [JOB]: one more pod that has failed for good; of a new Job of that name.
evict() {
	[ $# = 2 ] || kube create -f - >&2 <<-END
		{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"namespace": "$1", "name": "$3"}, "spec": {"parallelism": 0,
		"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "twisterlab/agent:1.0"}]}}}}
	END
	PYTHONDONTWRITEBYTECODE=1 python3 - "$TOP_SRCDIR/tests/lab/kube" "$TWISTERTUI_LAB/clusters/$LAB_CLUSTER" "$@" <<-'END'
		import sys
		sys.path.insert(0, sys.argv[1])
		import k8s, world
		api, space, name, job = k8s.Api(sys.argv[2]), *(sys.argv + [None])[3:6]
		owner, labels = None, {}
		if job:
		    uid = api.get('/apis/batch/v1/namespaces/%s/jobs/%s' % (space, job))['metadata']['uid']
		    labels = {'controller-uid': uid, 'job-name': job} # else its controller lets go of it
		    owner = {'apiVersion': 'batch/v1', 'kind': 'Job', 'name': job, 'uid': uid, 'controller': True}
		world.failed_pod(api, space, name, labels, owner)
	END
}

# pinned NAMESPACE/POD: a finalizer keeps it: the API says that it is deleted, and it stays.
pinned() { kube patch pod -n "${1%%/*}" "${1#*/}" --type=merge -p '{"metadata":{"finalizers":["lab/pinned"]}}' >&2; }

# failed_pods: their names.
failed_pods() { kube get pods -A --field-selector=status.phase=Failed --no-headers 2>/dev/null | awk '{ print $1 "/" $2 }'; }
