about='sudo asks for a password'
host=edge-asks

drive() {
	begin "$run/password"
	console prepare "$step"
	is activity ready
	succeeds
}

expect() {
	grew lv.bytes $((50 << 30))
	! grep -rqF "$(cat "$run/password")" "$dir/state" || fail 'the password stands in the journal'
}
