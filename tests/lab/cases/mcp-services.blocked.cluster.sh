about='no kubectl; an API that refuses, hangs, forbids, does not know who asks'
. "$here/cases/mcp.words.sh"

drive() {
	begin
	unreachable
}

expect() {
	jobs_are 0
	same replicas pods.others
	images_are
}
