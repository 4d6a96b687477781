about='every step of every phase once, on one server; then the records hold together and the reports are written'
. "$here/cases/images.words.sh"
. "$here/cases/k3s.words.sh"
. "$here/cases/clean-docker.words.sh"
. "$here/cases/1b.words.sh"
phase=0-stabilisation

prepare() {
	made
	k3s_unit
	guest 'logger -p kern.warning lab; sleep 1; fallocate -l 2G /var/log/kern.log'
	blank
}

# once STEP [PARAM VALUE]...: with these values: shown, confirmed, done, verified.
once() {
	step=$1
	shift
	[ $# -gt 0 ] || console prepare "$step"
	while [ $# -gt 0 ]; do
		console param "$step" "$1" "$2"
		shift 2
	done
	is activity ready
	run_step
	is state 'done'
	is result ok
}

program() { XDG_STATE_HOME=$dir/state LC_ALL=C.UTF-8 "$TOP_BUILDDIR/twistertui" "$@"; }

# closed: the run is ended, its records hold together, and its report, made from them alone, calls each step done.
closed() {
	local report=$dir/report.$phase.json
	console finish
	console_close console
	program --verify >"$dir/verify.$phase" || fail "the records: $(cat "$dir/verify.$phase")"
	program "--report=edgeserver/$phase-1" --format json -o "$report"
	[ "$(jq -r .intact "$report")" = true ] || fail "the report of $phase is not intact"
	[ "$(jq -r '.steps[].id' "$TOP_SRCDIR/phases/$phase/phase.json")" = \
		"$(jq -r '.actions[] | select(.state == "done") | .step' "$report")" ] ||
		fail "the report of $phase: $(jq -c '[.actions[] | [.step, .state]]' "$report")"
}

drive() {
	begin
	once audit-before
	once limit-journal
	once clean-logs
	once rotate-logs
	once disk-alert
	once prune-images images "$unused"
	once evicted-pods
	once sick-pods delete default/node-debugger-edgeserver-x7k2p zero twisterlab/deployment/builder
	once old-replicasets
	once backups
	once restore-postgres
	once restore-redis
	once mcp-services
	once restart-k3s
	once audit-after
	closed

	phase=1-foundation
	begin
	once extend-lvm
	once docker-config
	once measure-disks
	once harbor
	once registry
	litter
	guest 'mv /usr/local/bin/kubectl.away /usr/local/bin/kubectl'
	once clean-docker containers old images 'dangling spare:1' volumes lone
	once build-tests
	closed

	phase=1b-data-disk
	begin
	once add-disk disk "$sda"
	once move-docker to "$place"
	once drop-old-docker
	closed
}

expect() {
	same containers
}
