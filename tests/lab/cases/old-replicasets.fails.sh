about='who asks may look and not change: said, and nothing is changed'
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
}

expect() {
	same limits replicasets
}
