about='a pod that was deleted does not come back: undo says so, and where its manifest is'
. "$here/cases/kube.words.sh"

drive() {
	begin
	console param "$step" delete default/node-debugger-edgeserver-x7k2p
	succeeds
	undo
	is state 'done'
	says 'nothing was scaled: there is nothing to put back. Manifests of deleted pods are in /var/backups/twistertui/sick-pods'
}

expect() {
	grew pods -1
}
