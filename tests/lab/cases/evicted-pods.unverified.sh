about='the API says that it is deleted, and a finalizer keeps it: seen'
. "$here/cases/kube.words.sh"

prepare() {
	pod=$(failed_pods | sed -n 1p)
	pinned "$pod"
}

drive() {
	ready
	run_step
	is state failed
	is parts.apply 0
	is parts.verify '[1-9]*'
	says '1 of the deleted pods is still there'
}

expect() {
	grew pods -119
	[ "$(failed_pods)" = "$pod" ] || fail "left: $(failed_pods)"
}
