about='one is kept, and one is deleted by name: the controller deletes the rest, rollout undo knows what is left'
. "$here/cases/kube.words.sh"

drive() {
	begin
	console choices "$step" delete
	one=$(kube get replicasets -n twisterlab -l app=maestro -o json |
		jq -r '.items[].metadata | select(.annotations["deployment.kubernetes.io/revision"] == "2") | "twisterlab/" + .name')
	jq -e --arg one "$one" '.choices | length == 12 and any(. == $one)' <<<"$said" >&2 || fail "revision 2 of maestro is no choice: $said"
	console param "$step" history 1
	console param "$step" namespaces twisterlab
	console param "$step" delete "$one"
	is activity ready
	says 'twisterlab/maestro can no longer go back to revision 2'
	says 'twisterlab/ollama can no longer go back to revision 1'
	succeeds
	says 'each Deployment keeps 1; 6 empty ones are there'
}

expect() {
	! kube get replicaset -n twisterlab "${one#*/}" 2>/dev/null || fail 'the chosen one is there'
	[ "$(now replicasets.empty)" = 6 ] || fail "$(now replicasets.empty) empty ones"
	kube rollout history deployment -n twisterlab maestro | grep -q '^1 ' || fail 'maestro has no revision 1'
	! kube rollout undo deployment -n twisterlab ollama --to-revision=1 2>/dev/null || fail 'ollama went back to 1'
	same pods pods.others replicas
	[ "$(kube get deployment -n monitoring grafana -o 'jsonpath={.spec.revisionHistoryLimit}')" = 10 ] || fail 'grafana was changed'
}
