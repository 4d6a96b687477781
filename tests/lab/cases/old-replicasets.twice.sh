about='asked for again: satisfied, not run; with another number it is another plan'
. "$here/cases/kube.words.sh"

drive() {
	ready
	succeeds
	not_again
	console param "$step" history 2
	is activity ready
	is plan '*-twisterlab/maestro: revisionHistoryLimit 3?+twisterlab/maestro: revisionHistoryLimit 2*'
}

expect() {
	jobs_are 1
}
