about='120 evicted pods are gone, in batches; what runs and what a Job left stays'
. "$here/cases/kube.words.sh"
panels=yes

prepare() {
	evict twisterlab report-1 report
}

drive() {
	begin
	console panels
	console fact pods.evicted
	is value 121
	console prepare "$step"
	is activity ready
	says '1 failed pod belongs to a Job: it stays'
	says 'the node is still under DiskPressure*'
	says '120 pods are deleted'
	is plan 'twisterlab: 120 x Evicted*'
	succeeds
	is result ok
	says 'none is left'
}

expect() {
	[ "$(failed_pods)" = twisterlab/report-1 ] || fail "failed pods that are left: $(failed_pods | head -n 3)"
	grew pods -120
	same pods.others replicas replicasets
	journal 'select(.kind == "facts") | .facts["phase.pods.failed.before"].value // empty' | grep -q '^120$' || fail 'the journal has no 120'
}
