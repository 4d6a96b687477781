about='nothing was saved yet: there is nothing to restore'
phase=0-stabilisation

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason 'Redis has no backup yet that could be restored*'
}

expect() {
	jobs_are 0
}
