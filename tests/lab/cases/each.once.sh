about='every step of every phase once, on one server; then the records hold together and the reports are written'
. "$here/cases/1b.words.sh"
. "$here/cases/images.words.sh"
. "$here/cases/k3s.words.sh"
phase=0-stabilisation

prepare() {
	made
	k3s_unit
	guest 'logger -p kern.warning lab; sleep 1; fallocate -l 2G /var/log/kern.log'
	blank
}

# with WORDS: what these cases share from now on; their `made` is what is there then. kubectl stays where it is.
with() {
	# shellcheck source=/dev/null
	. "$here/cases/$1.words.sh"
	made
	guest '[ -e /usr/local/bin/kubectl ] || mv /usr/local/bin/kubectl.away /usr/local/bin/kubectl'
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
	succeeds
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
	# The cluster's pods of these names run nothing that could be asked: the server's own.
	once backups postgres_label lab=none redis_label lab=none
	once restore-postgres postgres_label lab=none
	once restore-redis redis_label lab=none
	with mcp
	once mcp-services archive "$tar" wait 60 watch 2
	once restart-k3s
	once audit-after
	closed

	phase=1-foundation
	begin
	once extend-lvm
	once docker-config
	once measure-disks
	with harbor
	once harbor
	once registry
	made() { litter; }
	with clean-docker
	once clean-docker containers old images 'dangling spare:1' volumes lone
	made() { dockerfile "$mcp"; }
	with build
	once build-tests dockerfiles "$mcp"
	closed

	phase=1b-data-disk
	begin
	once add-disk disk "$sda"
	once data-volume size 100G on "$sda"
	once move-docker to /srv/docker-data
	once drop-old-docker
	closed
}

expect() {
	harbor_runs
}
