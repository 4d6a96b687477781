about='made each time it is asked for: two restarts'
. "$here/cases/k3s.words.sh"

drive() {
	ready
	for attempt in 1 2; do
		k3s_pid >"$dir/pid.$attempt"
		console prepare "$step"
		is activity ready
		run_step
		is state 'done'
		is attempt $attempt
	done
}

expect() {
	! cmp -s "$dir/pid.1" "$dir/pid.2" || fail 'the unit is the same process'
	[ "$(now jobs)" = 2 ] || fail "$(now jobs) jobs"
	same pods pods.others
}
