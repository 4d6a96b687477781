about='asked for again at once, and by a later console: satisfied, not run'
. "$here/cases/kube.words.sh"

drive() {
	ready
	succeeds
	not_again
	console_close console
	begin
	console prepare "$step"
	refused console confirm "$step"
}

expect() {
	grew pods -120
	jobs_are 1
}
