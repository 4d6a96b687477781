about='a Deployment names one of them between the plan and the yes: nothing is run, and then it is in use'
. "$here/cases/images.words.sh"

drive() {
	chosen
	console ask "$step"
	kube create deployment -n twisterlab late --image=python:3.9 >&2
	plan_changed
	console prepare "$step"
	is state blocked
	is reason 'a workload names docker.io/library/python:3.9: it stays'
}

expect() {
	# shellcheck disable=SC2086 # names
	images_are $needed $unused
}
