about='systemctl says ok and restarted nothing: seen'
. "$here/cases/k3s.words.sh"

drive() {
	ready
	k3s_pid >"$dir/pid.before"
	wrap systemctl <<-'EOF'
		[ "$*" != 'restart k3s' ] || exit 0
		exec "$real" "$@"
	EOF
	run_step
	is state failed
	is parts.apply 0
	says 'k3s still is the process from before: it was not restarted'
}

expect() {
	k3s_pid | cmp - "$dir/pid.before" || fail 'it was restarted'
}
