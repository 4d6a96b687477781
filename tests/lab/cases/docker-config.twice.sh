about='asked for again at once, and by a later console: satisfied, not run'
. "$here/cases/docker-config.words.sh"

drive() {
	ready
	succeeds
	guest "sha256sum $conf; ls -l --time-style=full-iso $conf; systemctl show -p MainPID docker" >"$dir/first"
	not_again
	console_close console
	begin
	console until "$step" state=done
	console prepare "$step"
	refused console confirm "$step"
	guest "sha256sum $conf; ls -l --time-style=full-iso $conf; systemctl show -p MainPID docker" >"$dir/second"
	cmp -s "$dir/first" "$dir/second" || fail 'something was done again'
}

expect() {
	same containers
	jobs_are 1
}
