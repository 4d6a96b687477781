about='the archive becomes one of another image by the same name between the plan and the yes: nothing is imported'
. "$here/cases/mcp.words.sh"

drive() {
	ready
	console ask "$step"
	guest "cd /tmp; echo not it >name; tar c name | docker import - $mcp:1.0 >/dev/null
		docker save -o $tar $mcp:1.0; docker rmi $mcp:1.0 >/dev/null"
	plan_changed
	console prepare "$step"
	is activity ready
}

expect() {
	images_are
	same replicas pods.others
}
