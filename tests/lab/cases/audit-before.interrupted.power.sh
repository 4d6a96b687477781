about='power cut while the cluster is asked: found by the console, made again'
. "$here/cases/kube.words.sh"

prepare() {
	hold_at kubectl '*get?deployments*'
}

drive() {
	ready
	power_cut_while_held kubectl
	console prepare "$step"
	is activity ready
	succeeds
	is attempt 2
	says '22 findings: *'
}

expect() {
	guest '[ ! -e /var/backups/twistertui/audit.new ]' || fail 'half an audit is left'
}
