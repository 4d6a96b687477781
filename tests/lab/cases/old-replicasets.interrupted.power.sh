about='power cut in the middle, run again: undo still knows the limits from before'
. "$here/cases/kube.words.sh"

prepare() {
	hold_at kubectl '*patch*maestro*'
}

drive() {
	ready
	console confirm "$step"
	held
	power off
	power on
	guest 'rm /usr/local/sbin/kubectl'
	console within 900
	console link up
	console until "$step" state=interrupted activity=idle
	is reason 'cut short; check says it is not so*'
	console prepare "$step"
	is activity ready
	run_step
	is state 'done'
	is attempt 2
	console undo "$step"
	console wait "$step"
	is state todo
}

expect() {
	same limits replicasets
}
