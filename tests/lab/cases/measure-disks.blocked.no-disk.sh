about='the disk that was named is not there'

drive() {
	begin
	console param "$step" disk sdz
	is state blocked
	is reason 'there is no disk sdz'
}

expect() {
	jobs_are 0
}
