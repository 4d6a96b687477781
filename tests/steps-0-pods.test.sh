#!/bin/sh
# Phase 0's steps for the cluster on the built-in EdgeServer, on each shell: evicted and sick pods, old ReplicaSets.
# shellcheck disable=SC2016 # commands for the simulated server
set -u
# shellcheck source=tests/steps/lib.sh
. "${TOP_SRCDIR:?}/tests/steps/lib.sh"
# shellcheck source=tests/steps/demo.sh
. "$top/tests/steps/demo.sh"
phase=$top/phases/0-stabilisation

# names TYPE [ARG…]: NAMESPACE/NAME of objects, sorted.
names() {
	type=$1
	shift
	tool "kubectl get $type -A --no-headers $* 2>/dev/null" | awk '{ print $1 "/" $2 }' | sort
}

evicted() {
	case='evicted-pods'
	demo
	params="which='failed'"
	before=$(names pods | grep -c .)
	part evicted-pods preflight
	said pressure
	todo evicted-pods
	said deletes
	shows 'twisterlab: 120 x Evicted'
	done_ evicted-pods
	is "$(names pods | grep -c .)" $((before - 120))
	case='evicted-pods, the cluster does not answer'
	breaks kube
	refused evicted-pods no-answer
	mends kube
	case='evicted-pods, only evicted ones'
	demo
	sed -i '1,3s/	Evicted	/	Error	/' "$scratch/root/demo/k8s/pods"
	params="which='evicted'"
	done_ evicted-pods
	is "$(names pods --field-selector=status.phase=Failed | grep -c .)" "$(grep -c '	Failed	Error	' "$scratch/root/demo/k8s/pods")"
}

evicted_fails() {
	case='evicted-pods, another is evicted meanwhile'
	demo
	params="which='failed'"
	one=$(grep '	Evicted	' "$scratch/root/demo/k8s/pods" | head -n 1)
	part evicted-pods apply
	printf '%s\n' "$one" | sed 's/	\([a-z-]*\)-[0-9a-f]*-00000	/	\1-000000000-newer	/' >>"$scratch/root/demo/k8s/pods"
	part evicted-pods verify
	is "$status" 1
	said more-came
	case='evicted-pods, nothing is deleted although kubectl says so'
	demo
	rm "$scratch/root/demo/bin/kubectl"
	cat >"$scratch/root/demo/bin/kubectl" <<-END
		#!/bin/sh
		case " \$* " in *' delete '*) exit 0 ;; esac
		exec "$scratch/root/demo/bin/kubectl.real" "\$@"
	END
	chmod +x "$scratch/root/demo/bin/kubectl"
	ln -s "$top/backends/demo/tools/kubectl" "$scratch/root/demo/bin/kubectl.real"
	part evicted-pods apply
	part evicted-pods verify
	is "$status" 1
	said still-there
	case='evicted-pods, the same where kubectl takes a quarter of a minute: it is not asked 30 times'
	rm "$scratch/root/demo/bin/date"
	cat >"$scratch/root/demo/bin/date" <<-END
		#!/bin/sh
		echo x >>"$scratch/asked"
		echo \$((1000000000 + \$(wc -l <"$scratch/asked") * 15))
	END
	chmod +x "$scratch/root/demo/bin/date"
	part evicted-pods verify
	is "$status" 1
	said still-there
	is "$(wc -l <"$scratch/asked")" 3
	case='evicted-pods, what kubectl says is no command'
	# shellcheck disable=SC2016
	printf '#!/bin/sh\nprintf "%%s\\n" "a\t\\$(touch \\"\\$root\\"/hacked)\tEvicted\t" "../x	y	Evicted	"\n' >"$scratch/root/demo/bin/kubectl"
	part evicted-pods plan
	[ ! -e "$scratch/root/hacked" ] || fail 'something was run'
	case $out in *hacked*) fail 'a hostile name is in the plan' ;; esac
}

sick() {
	case='sick-pods, nothing chosen'
	demo
	params="restarts='100' delete='' zero=''"
	refused sick-pods nothing-chosen
	shows 'no space left on device'
	shows 'BackOff'
	said sick
	said sick-owned
	part sick-pods choices zero
	grep -q 'choice =twisterlab/deployment/builder =twisterlab/deployment/builder:%20pods=1%20' "$scratch/marks" || fail 'builder is no choice'
	builder=$(names pods | grep builder)
	case='sick-pods, a pod that comes back because something owns it'
	params="restarts='100' delete='$builder' zero=''"
	part sick-pods preflight
	said owned
	run_ sick-pods
	is "$status" 1
	said comes-back
	case='sick-pods, what owns it is scaled, what nothing owns deleted'
	params="restarts='100' delete='default/node-debugger-edgeserver-x7k2p' zero='twisterlab/deployment/builder'"
	todo sick-pods
	shows '+twisterlab/deployment/builder: 0 replicas'
	done_ sick-pods
	is "$(names pods | grep -c 'builder\|node-debugger')" 0
	[ -s "$scratch/root/var/backups/twistertui/sick-pods/default_node-debugger-edgeserver-x7k2p.yaml" ] || fail 'no manifest'
	case='sick-pods, undo'
	part sick-pods undo
	is "$status" 0
	said scaled-again
	is "$(names pods | grep -c builder)" 1
}

images() {
	case='prune-images'
	demo
	params="images=''"
	refused prune-images nothing-chosen
	part prune-images choices images
	is "$(grep -c ' choice =' "$scratch/marks")" 3
	params="images='docker.io/twisterlab/agent:0.9'"
	todo prune-images
	done_ prune-images
	is "$(tool 'k3s crictl images' | grep -c agent)" 2
	case='prune-images, in use: by a pod, at zero, in an old ReplicaSet, by another name of the same image'
	for used in docker.io/library/redis:7-alpine redis:7-alpine docker.io/twisterlab/agent:1.1; do
		params="images='$used'"
		refused prune-images in-use
	done
	sed -n 's/^docker.io.twisterlab.api	1.2	/docker.io\/twisterlab\/api	old	/p' "$scratch/root/demo/k8s/images" >"$scratch/other"
	cat "$scratch/other" >>"$scratch/root/demo/k8s/images"
	params="images='docker.io/twisterlab/api:old'"
	refused prune-images kept
	case='prune-images, the cluster does not answer: nothing looks unused'
	breaks kube
	params="images='docker.io/library/python:3.9'"
	refused prune-images no-answer
	mends kube
}

audit() {
	case='audit before'
	demo
	params="when='before'"
	part audit-before preflight
	is "$status" 0
	part audit-before plan
	first=$out
	part audit-before plan
	is "$out" "$first"
	part audit-before apply
	shows 'critical  node DiskPressure: 1 (edgeserver)'
	shows 'warning   pods Failed: 120 (twisterlab/'
	shows 'warning   / used: 85 %'
	is "$(printf '%s\n' "$out" | grep -c ': ')" 22
	part audit-before verify
	is "$status" 0
	grep -q 'fact =phase.audit.before.critical =1' "$scratch/marks" || fail 'one critical finding was expected'
	case='audit after'
	tool 'truncate -s 0 "$root"/var/log/kern.log; kubectl delete pods -A --field-selector=status.phase=Failed >/dev/null
		kubectl get nodes >/dev/null; kubectl delete pod -n twisterlab postgres-0 >/dev/null; : >"$root"/run/reboot-required'
	params="when='after'"
	part audit-before apply
	part audit-before verify
	is "$status" 0
	said better
	grep -q 'say =worse =reboot%20pending' "$scratch/marks" || fail 'what got worse is not said'
	grep -q 'fact =phase.audit.after.critical =0' "$scratch/marks" || fail 'nothing critical was expected'
	grep -q 'fact =phase.audit.better =[3-9]' "$scratch/marks" || fail 'three findings got better'
	case='audit, the cluster does not answer'
	breaks kube
	part audit-before apply
	part audit-before verify
	is "$status" 0
	grep -q 'say =critical =cluster ' "$scratch/marks" || fail 'that is critical'
	mends kube
	case='audit, nothing was made'
	rm "$scratch/root/var/backups/twistertui/audit.after"
	part audit-before verify
	is "$status" 1
	said not-made
}

sick_fails() {
	case='sick-pods, bad choices'
	demo
	params="restarts='100' delete='twisterlab/postgres-0' zero=''"
	refused sick-pods not-sick
	params="restarts='100' delete='postgres-0' zero=''"
	refused sick-pods odd-name
	params="restarts='100' delete='' zero='twisterlab/deployment/none'"
	refused sick-pods not-there
	params="restarts='100' delete='' zero='twisterlab/builder'"
	refused sick-pods odd-name
	breaks kube forbidden
	refused sick-pods no-answer
}

sets() {
	case='old-replicasets'
	demo
	params="history='3' namespaces='all' delete=''"
	todo old-replicasets
	shows '+twisterlab/maestro: revisionHistoryLimit 3'
	unsaid loses
	done_ old-replicasets
	is "$(tool 'kubectl get deployments -A -o jsonpath="{range .items[*]}{.spec.revisionHistoryLimit}{\"\\n\"}{end}"' | sort -u)" 3
	undone_ old-replicasets
	is "$(tool 'kubectl get deployments -A -o jsonpath="{range .items[*]}{.spec.revisionHistoryLimit}{\"\\n\"}{end}"' | sort -u)" 10
	case='old-replicasets, fewer are kept, one goes by name'
	one=$(names replicasets | grep /maestro- | while read -r it; do
		tool "kubectl get replicaset -n twisterlab ${it#*/} --no-headers" | awk '$2 == 0 { print "twisterlab/" $1 }'
	done | head -n 1)
	params="history='1' namespaces='twisterlab' delete='$one'"
	todo old-replicasets
	said loses
	before=$(names replicasets)
	gone=$(printf '%s\n' "$out" | sed -n 's/^\$ kubectl delete replicaset -n \([^ ]*\) \([^ ]*\) .*/\1\/\2/p' | sort)
	done_ old-replicasets
	# Those, and no others: which of two Kubernetes itself would take depends on its version.
	is "$(printf '%s\n' "$gone" | grep -c .)" 6
	is "$(names replicasets)" "$(printf '%s\n' "$before" | grep -vxF "$gone")"
	is "$(names replicasets | grep -c "^$one\$")" 0
	is "$(names replicasets | grep -c /maestro-)" 2
	is "$(names replicasets | grep -c /ollama-)" 2
}

sets_fail() {
	case='old-replicasets, bad choices'
	demo
	params="history='3' namespaces='' delete=''"
	refused old-replicasets nothing-chosen
	params="history='3' namespaces='nowhere' delete=''"
	refused old-replicasets no-namespace
	params="history='3' namespaces='' delete='$(names replicasets | grep /twisterlab-web-)'"
	refused old-replicasets in-force
	params="history='3' namespaces='' delete='maestro'"
	refused old-replicasets odd-name
	case='old-replicasets, kubectl says yes and does nothing'
	params="history='3' namespaces='all' delete=''"
	part old-replicasets apply
	sed -i 's/	3\(	[0-9]*	[0-9]*	[^	]*	[0-9]*\)$/	7\1/' "$scratch/root/demo/k8s/deployments"
	part old-replicasets verify
	is "$status" 1
	said not-set
}

for shell in $TEST_SHELLS; do
	evicted
	sick
	sets
	images
	audit
done
shell=dash
evicted_fails
sick_fails
sets_fail
finish
