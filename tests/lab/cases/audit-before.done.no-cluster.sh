about='an API that refuses, hangs, forbids, does not know who asks, and no kubectl, are findings: the host is still looked at'
. "$here/cases/kube.words.sh"

drive() {
	begin
	audited 'critical: cluster: *connection to the server 127.0.0.1:6443 was refused*' refused
	audited 'critical: cluster: Unable to connect to the server: *' hang
	audited 'critical: cluster: Error from server (Forbidden): *' forbidden
	audited 'critical: cluster: error: You must be logged in to the server (Unauthorized)' unauthorized
	cluster mend
	without_kubectl
	audited 'critical: cluster: kubectl: not found'
	with_kubectl
}

# audited WORDS [HOW]
audited() {
	[ $# = 1 ] || cluster break "$2"
	console prepare "$step"
	is activity ready
	succeeds
	says '9 findings: 1 critical, *'
	says "$1"
	says 'warning: / used: 84 %'
}

expect() {
	jobs_are 5
}
