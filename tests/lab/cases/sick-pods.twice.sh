about='asked for again: satisfied, not run'
. "$here/cases/kube.words.sh"

prepare() {
	by_default delete default/node-debugger-edgeserver-x7k2p zero twisterlab/deployment/builder
}

drive() {
	ready
	succeeds
	not_again
}

expect() {
	grew pods -2
	jobs_are 1
}
