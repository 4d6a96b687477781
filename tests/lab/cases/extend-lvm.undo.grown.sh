about='a grown filesystem: undo says why not, and leaves all as it is'

drive() {
	ready
	succeeds
	is can_undo true
	readings >"$dir/done"
	undo
	is state 'done'
	is result unchanged
	is reason 'the undo said no and changed nothing*'
	is parts.undo '[1-9]*'
	says 'the ext4 has grown to 150.00 GiB, past the old 100.00 GiB: there is no way back while it is mounted*'
}

expect() {
	local name
	for name in vg.free lv.bytes lv.table fs.blocks df.size; do
		[ "$(awk -v n=$name '$1 == n' "$dir/done")" = "$(awk -v n=$name '$1 == n' "$dir/after")" ] ||
			fail "$name changed by an undo that said no"
	done
}
