about='asked for again: satisfied, not run; with another port it is another plan, and the same passwords'
. "$here/cases/harbor.words.sh"

drive() {
	ready
	run_step
	is state 'done'
	guest "sha256sum $notes/*-password" >"$dir/sums"
	console prepare "$step"
	is state satisfied
	refused console confirm "$step"
	console param "$step" http_port 8086
	is activity ready
	is plan '*-  port: 8085*+  port: 8086*'
	run_step
	is state 'done'
	says 'Harbor is healthy at http://EdgeServer:8086, *'
}

expect() {
	[ "$(now jobs)" = 2 ] || fail "$(now jobs) jobs"
	guest "sha256sum $notes/*-password" | cmp - "$dir/sums" || fail 'other passwords'
	harbor_runs
}
