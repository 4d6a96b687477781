about='no failed pod: nothing is run'
. "$here/cases/kube.words.sh"

prepare() {
	kube delete pods -A --field-selector=status.phase=Failed --wait=false >&2
}

drive() {
	begin
	console prepare "$step"
	is state satisfied
	is reason 'no such pod is left'
	refused console confirm "$step"
}

expect() {
	same pods pods.others
	[ "$(now jobs)" = 0 ] || fail 'a job was started'
}
