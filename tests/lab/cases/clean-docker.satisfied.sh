about='nothing of what is chosen is there'

drive() {
	begin
	console prepare "$step"
	is state satisfied
	says 'nothing of what is chosen is there'
}

expect() {
	same containers.all docker.pid
	jobs_are 0
}
