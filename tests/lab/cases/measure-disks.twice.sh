about='measured twice: two attempts, the last figures count'

drive() {
	begin
	console param "$step" disk sdb
	succeeds
	console prepare "$step"
	is activity ready
	succeeds
	is attempt 2
}

expect() {
	jobs_are 2
}
