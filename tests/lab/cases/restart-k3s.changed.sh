about='a pod stops being ready between the plan and the yes: blocked with the new plan'
. "$here/cases/k3s.words.sh"

drive() {
	ready
	k3s_pid >"$dir/pid.before"
	console ask "$step"
	unready monitoring grafana
	plan_changed
	is output '*15 pods are ready*'
	console prepare "$step"
	is activity ready
}

expect() {
	k3s_pid | cmp - "$dir/pid.before" || fail 'it was restarted'
}
