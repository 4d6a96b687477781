about='the console killed (SIGKILL) between scaling and deleting: the next one finds the job and its end'
. "$here/cases/kube.words.sh"

prepare() {
	hold_at kubectl '*delete*'
}

drive() {
	begin
	console param "$step" zero twisterlab/deployment/builder
	console param "$step" delete default/node-debugger-edgeserver-x7k2p
	is activity ready
	killed_while_held
}

expect() {
	grew pods -2
	jobs_are 1
}
