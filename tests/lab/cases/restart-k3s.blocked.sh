about='no kubectl; an API that refuses, hangs, forbids, does not know who asks'
. "$here/cases/k3s.words.sh"

# The API itself, not by way of the unit.
prepare() {
	k3s_unit
	guest 'sed -i "s/:6444/:6443/" /etc/rancher/k3s/k3s.yaml'
}

drive() {
	begin
	unreachable 'Kubernetes does not answer: '
}

expect() {
	same pods pods.others
	jobs_are 0
}
