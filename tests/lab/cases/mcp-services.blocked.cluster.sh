about='no kubectl; an API that refuses, hangs, forbids, does not know who asks'
. "$here/cases/mcp.words.sh"

drive() {
	begin
	unreachable
}

expect() {
	[ "$(now jobs)" = 0 ] || fail 'a job was started'
	same replicas pods.others
	images_are
}
