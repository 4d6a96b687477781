about='extents taken by another volume between the plan and the yes: blocked with the new plan'

drive() {
	ready
	console ask "$step"
	guest 'lvcreate -y -q -L 4G -n other ubuntu-vg'
	readings >"$dir/before"
	plan_changed
	is reason 'the server changed since the plan was shown: nothing was run*'
	is output '*+ubuntu-vg free: 49151 - 12800 = 36351 extents*'
	console prepare "$step"
	is activity ready
	is plan '*+ubuntu-vg free: 49151 - 12800 = 36351 extents*'
}

expect() {
	same vg.free lv.table fs.blocks df.size
}
