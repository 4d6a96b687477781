about='power cut between two: the console says that it is not so, and the other one goes in a second run'
. "$here/cases/images.words.sh"

drive() {
	chosen
	hold_at crictl 'rmi?docker.io/twisterlab/old*'
	console confirm "$step"
	held
	guest sync
	power_cut crictl
	console until "$step" state=interrupted activity=idle
	is reason 'cut short; check says it is not so*'
	console prepare "$step"
	is activity ready
	succeeds
	is attempt 2
}

expect() {
	# shellcheck disable=SC2086 # names
	images_are $needed
}
