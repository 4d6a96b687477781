about='/ is xfs'
variant=xfs

drive() {
	ready
	succeeds
}

expect() {
	[ "$(was fs.type)" = xfs ] || fail "the machine has $(was fs.type)"
	grew lv.bytes $((50 << 30))
	grew fs.blocks 13107200
	[ "$(now df.size)" -gt $((148 << 30)) ] || fail "df says $(now df.size)"
}
