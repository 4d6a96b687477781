about='a log held open is not deleted'
phase=0-stabilisation

prepare() {
	guest 'fallocate -l 50M /var/log/held.log.1; (exec sleep 3000 >>/var/log/held.log.1 2>/dev/null </dev/null) & sleep 1'
}

drive() {
	begin
	console param "$step" delete /var/log/held.log.1
	is state blocked
	is reason '/var/log/held.log.1 is held open by sleep: deleting it would free nothing*'
}

expect() {
	guest '[ -s /var/log/held.log.1 ]' || fail 'it is gone'
}
