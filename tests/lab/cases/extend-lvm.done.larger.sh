about='to another size, 160G, by the parameter'

drive() {
	begin
	console param "$step" to 160G
	is activity ready
	refused console confirm "$step" 150G
	succeeds
}

expect() {
	grew lv.bytes $((60 << 30))
	grew vg.free -15360
	grew fs.blocks 15728640
}
