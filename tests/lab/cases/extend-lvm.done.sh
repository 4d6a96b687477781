about='/ grows by 50 GiB, online; df, superblock and journal agree'

drive() {
	ready
	succeeds
	is result ok
	console prepare "$step"
	says '*has 150.00 GiB, 150G was asked for*'
}

expect() {
	grew vg.free -12800
	grew lv.bytes $((50 << 30))
	[ "$(now fs.blocks)" = 39321600 ] || fail "the filesystem has $(now fs.blocks) blocks"
	[ "$(now df.size)" -gt $((147 << 30)) ] || fail "df says $(now df.size)"
	same containers docker.pid
	journal 'select(.kind == "facts" and .when == "after") | .facts["disk.root.size"].value' |
		grep -q "^$(now df.size)\$" || fail 'the journal has another size of / than df'
}
