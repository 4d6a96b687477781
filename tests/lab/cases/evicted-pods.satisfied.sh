about='no failed pod: nothing is run'
. "$here/cases/kube.words.sh"

prepare() {
	kube delete pods -A --field-selector=status.phase=Failed --wait=false >&2
}

drive() {
	begin
	satisfied 'no such pod is left'
}

expect() {
	same pods pods.others
	jobs_are 0
}
