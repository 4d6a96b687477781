about='one disk, picked from what the server has'

drive() {
	begin
	console choices "$step" disk
	is 'choices | join(" ")' 'rotational sda sdb sdc'
	console param "$step" disk sdc
	is plan '$ hdparm -Tt /dev/sdc'
	succeeds
}

expect() {
	journal 'select(.kind == "facts" and .when == "after") | .facts | keys[]' >"$dir/figures"
	[ "$(cat "$dir/figures")" = phase.read-speed.sdc ] || fail "figures of: $(paste -s "$dir/figures")"
}
