about='made twice: two attempts, the last one counts'
. "$here/cases/kube.words.sh"

drive() {
	ready
	succeeds
	says 'warning: pods Failed: 120 (*'
	kube delete pods -A --field-selector=status.phase=Failed --wait=false >&2
	console prepare "$step"
	is activity ready
	succeeds
	is attempt 2
	is output '*ok        pods Failed: 0*'
}

expect() {
	jobs_are 2
}
