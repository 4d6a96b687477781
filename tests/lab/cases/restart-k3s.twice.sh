about='made each time it is asked for: two restarts'
. "$here/cases/k3s.words.sh"

drive() {
	ready
	for attempt in 1 2; do
		k3s_pid >"$dir/pid.$attempt"
		console prepare "$step"
		is activity ready
		succeeds
		is attempt $attempt
	done
}

expect() {
	! cmp -s "$dir/pid.1" "$dir/pid.2" || fail 'the unit is the same process'
	jobs_are 2
	same pods pods.others
}
