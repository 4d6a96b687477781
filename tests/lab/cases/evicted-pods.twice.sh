about='asked for again at once, and by a later console: satisfied, not run'
. "$here/cases/kube.words.sh"

drive() {
	ready
	succeeds
	console prepare "$step"
	refused console confirm "$step"
	console_close console
	begin
	console prepare "$step"
	refused console confirm "$step"
}

expect() {
	grew pods -120
	jobs_are 1
}
