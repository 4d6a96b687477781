about='power cut after kern.log was emptied and before the rotated ones are deleted: run again'
phase=0-stabilisation

prepare() {
	hold_at rm '*/var/log/*'
}

drive() {
	ready
	console confirm "$step"
	held
	guest sync
	power_cut rm
	console until "$step" state=interrupted activity=idle
	is reason 'cut short; check says it is not so*'
	console prepare "$step"
	is activity ready
	succeeds
	is attempt 2
}

expect() {
	guest '[ "$(stat -c %s /var/log/kern.log)" -lt 1000000000 ] && [ ! -e /var/log/kern.log.1 ]' || fail 'logs are left'
}
