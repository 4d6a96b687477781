about='who asks may look and not delete: said, and all are there as before'
. "$here/cases/kube.words.sh"

drive() {
	begin
	may_only_look
	console prepare "$step"
	is activity ready
	run_step
	is state failed
	is failure unchanged
	is output '*Error from server (Forbidden): *'
	says '120 of the deleted pods are still there'
}

expect() {
	same pods pods.failed
}
