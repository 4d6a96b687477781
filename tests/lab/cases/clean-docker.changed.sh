about='another image loses its name between the plan and the yes: blocked with the new plan'
. "$here/cases/clean-docker.words.sh"

prepare() { litter; }

drive() {
	begin
	console prepare "$step"
	is activity ready
	console ask "$step"
	guest 'cd /root/b; printf "FROM tiny:1\nLABEL n=3\n" >Dockerfile; docker build -q -t spare:1 . >/dev/null 2>&1'
	left >"$dir/left.before"
	plan_changed
	is reason 'the server changed since the plan was shown: nothing was run*'
}

expect() {
	left | cmp - "$dir/left.before" || fail 'something went'
	same containers.all docker.pid
}
