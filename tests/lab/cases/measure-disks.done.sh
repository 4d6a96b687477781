about='all three disks that turn, one after the other'

drive() {
	ready
	is plan '$ hdparm -Tt /dev/sda*$ hdparm -Tt /dev/sdb*$ hdparm -Tt /dev/sdc*'
	succeeds
	is can_undo false
	refused console undo "$step"
}

expect() {
	local disk
	for disk in sda sdb sdc; do
		journal 'select(.kind == "facts" and .when == "after") | .facts["phase.read-speed.'"$disk"'"].value' |
			grep -q '^[1-9]' || fail "no figure of $disk in the journal"
	done
	same lv.table fs.blocks containers
}
