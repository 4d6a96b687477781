about='power cut in the middle; found again, measured again'

prepare() {
	hold hdparm
}

drive() {
	ready
	console confirm "$step"
	held
	console until "$step" activity=running
	power_cut hdparm
	interrupted
	is reason 'cut short; check says it is not so, verify says the effect is not there*'
	console prepare "$step"
	succeeds
	is attempt 2
}

expect() {
	same fs.blocks
}
