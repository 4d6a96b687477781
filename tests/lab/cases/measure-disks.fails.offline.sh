about='a disk that cannot be read: said; the others are measured'

prepare() {
	guest 'umount /dev/sdc 2>/dev/null || :; echo offline >/sys/block/sdc/device/state'
}

drive() {
	ready
	run_step
	is state failed
	is failure unchanged
	says 'hdparm could not read sdc'
	says 'sdc gave no figure'
	says 'sda reads * MiB/s'
}

expect() {
	journal 'select(.kind == "facts" and .when == "after") | .facts | keys[]' | sort >"$dir/figures"
	[ "$(paste -s -d' ' "$dir/figures")" = 'phase.read-speed.sda phase.read-speed.sdb' ] ||
		fail "figures of: $(paste -s "$dir/figures")"
}
