about='22 findings, each as the cluster and the host are'
. "$here/cases/kube.words.sh"

drive() {
	ready
	is plan '*/var/backups/twistertui/audit.before*'
	says 'the cluster and the host are only read; *'
	succeeds
	is result ok
	says '22 findings: 1 critical, *'
	says 'critical: node DiskPressure: 1 (edgeserver)'
	says 'warning: pods Failed: 120 (twisterlab/*'
	says 'warning: pods CrashLoopBackOff: 2 (*'
	says 'warning: pods with 100 restarts: 2 (*'
	says 'warning: deployments not ready: 2 (twisterlab/*: 0/1)'
	says 'warning: ReplicaSets empty: 12 (twisterlab/*'
	says 'warning: / used: 84 %'
	is output '*ok        statefulsets not ready: 0*'
}

expect() {
	[ "$(guest 'grep -c . /var/backups/twistertui/audit.before')" = 22 ] || fail 'not 22 findings'
	[ "$(guest 'stat -c %a /var/backups/twistertui/audit.before')" = 600 ] || fail 'others may read it'
	journal 'select(.kind == "facts") | .facts["phase.audit.before.critical"].value // empty' | grep -q '^1$' || fail 'the journal has no 1'
	same pods pods.others replicasets limits
}
