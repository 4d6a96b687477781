about='power cut in the middle, run again: undo still knows the limits from before'
. "$here/cases/kube.words.sh"

prepare() {
	hold_at kubectl '*patch*maestro*'
}

drive() {
	ready
	power_cut_while_held kubectl
	is reason 'cut short; check says it is not so*'
	console prepare "$step"
	is activity ready
	succeeds
	is attempt 2
	undo
	is state todo
}

expect() {
	same limits replicasets
}
