about='the unit is restarted, the API comes back, each owner has as many ready pods as before'
. "$here/cases/k3s.words.sh"

drive() {
	ready
	is plan '*twisterlab twisterlab-api-* 1*16 pods are ready*$ systemctl restart k3s*'
	k3s_pid >"$dir/pid.before"
	succeeds
	is result ok
	says 'k3s was restarted, and all 16 pods that were ready are ready again'
}

expect() {
	! k3s_pid | cmp -s - "$dir/pid.before" || fail 'the unit is the same process'
	journal 'select(.kind == "facts") | .facts["phase.k3s.pods.after"].value // empty' | grep -q '^16$' || fail 'the journal has no 16'
	same pods pods.others replicas
}
