about='the console killed (SIGKILL) before the import: the next one finds the job and its end'
. "$here/cases/mcp.words.sh"

drive() {
	ready
	hold_at k3s 'ctr?images?import*'
	killed_while_held
}

expect() {
	jobs_are 1
	images_are "$imported"
	replicas_are 1 1
}
