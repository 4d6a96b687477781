about='hdparm says nothing of a disk, and ok'

prepare() {
	wrap hdparm <<-'END'
		[ "$2" = /dev/sdb ] || exec "$real" "$@"
	END
}

drive() {
	ready
	run_step
	is state failed
	is parts.apply 0
	is parts.verify '[1-9]*'
	says 'sdb gave no figure'
	says 'sdc reads * MiB/s'
}

expect() {
	journal 'select(.kind == "facts" and .when == "after") | .facts | keys[]' | sort >"$dir/figures"
	[ "$(paste -s -d' ' "$dir/figures")" = 'phase.read-speed.sda phase.read-speed.sdc' ] ||
		fail "figures of: $(paste -s "$dir/figures")"
}
