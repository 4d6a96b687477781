about='an image that a container names, a volume that one has, one that runs, a choice of nothing'
. "$here/cases/clean-docker.words.sh"

prepare() { litter; }

drive() {
	left >"$dir/left.before"
	begin
	console param "$step" images tiny:1
	is state blocked
	is reason 'the image tiny:1 is named by a container or a workload*'
	console param "$step" images ''
	console param "$step" volumes olddata
	is state blocked
	is reason 'the volume olddata belongs to a container*'
	console param "$step" volumes ''
	console param "$step" containers web
	is state blocked
	is reason 'the container web is running*'
	console param "$step" containers ''
	is state blocked
	is reason 'nothing is chosen*'
}

expect() {
	left | cmp - "$dir/left.before" || fail 'something went'
	same containers.all docker.pid
}
