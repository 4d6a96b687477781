about='another pod is evicted while those that were shown are deleted: said, and left alone'
. "$here/cases/kube.words.sh"

prepare() {
	hold_at kubectl '*delete*'
}

drive() {
	ready
	console confirm "$step"
	held
	evict twisterlab late-1
	release
	console wait "$step"
	is state failed
	is parts.apply 0
	says 'the ones that were shown are gone, but 1 new one has failed meanwhile'
}

expect() {
	[ "$(failed_pods)" = twisterlab/late-1 ] || fail "left: $(failed_pods)"
}
