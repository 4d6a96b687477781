about='compared with the audit before: what got better and what got worse; without one before it says so'
. "$here/cases/kube.words.sh"

drive() {
	begin
	console prepare "$step"
	is activity ready
	says 'there was no audit before: nothing can be compared'
	succeeds
	step=audit-before
	console prepare "$step"
	succeeds
	kube delete pods -A --field-selector=status.phase=Failed --wait=false >&2
	kube scale deployment -n twisterlab builder --replicas=0 >&2
	guest ': >/run/reboot-required'
	PYTHONDONTWRITEBYTECODE=1 python3 "$TOP_SRCDIR/tests/lab/kube/world.py" "$TWISTERTUI_LAB/clusters/$LAB_CLUSTER" --pressure off >&2
	step=audit-after
	console prepare "$step"
	is activity ready
	succeeds
	is result ok
	says 'better than before: node DiskPressure: critical 1 (edgeserver) -> ok 0'
	says 'better than before: pods Failed: warning 120 (*) -> ok 0'
	says 'worse than before: reboot pending: ok no -> warning*'
}

expect() {
	journal 'select(.kind == "facts") | .facts["phase.audit.after.critical"].value // empty' | tail -n 1 | grep -q '^0$' ||
		fail 'something critical is left'
	journal 'select(.kind == "facts") | .facts["phase.audit.worse"].value // empty' | tail -n 1 | grep -q '^[1-9]' || fail 'nothing is worse'
	jobs_are 3
}
