about='asked for again: it stays as done, not run; with another port it is another plan, and the same passwords'
. "$here/cases/harbor.words.sh"

drive() {
	ready
	succeeds
	guest "sha256sum $notes/*-password" >"$dir/sums"
	not_again
	console param "$step" http_port 8086
	is activity ready
	is plan '*-  port: 8085*+  port: 8086*'
	succeeds
	says 'Harbor is healthy at http://EdgeServer:8086, *'
}

expect() {
	jobs_are 2
	guest "sha256sum $notes/*-password" | cmp - "$dir/sums" || fail 'other passwords'
	harbor_runs
}
