#!/bin/sh
# The example of doc/phase.md does what it says, on each shell. (test_lint holds it against the lint.)
set -u
# shellcheck source=tests/steps/lib.sh
. "${TOP_SRCDIR:?}/tests/steps/lib.sh"

edge() {
	server "$1"
	phase=$scratch/phase
	mkdir "$phase"
	awk '/^```sh$/ { on = 1; next } /^```/ { if (on) exit } on' "$top/doc/phase.md" >"$phase/write-motd.sh"
	params="words='it'\\''s \$(touch hacked)'"
}

for shell in $TEST_SHELLS; do
	case='from start to end'
	edge "$shell"
	part write-motd preflight
	is "$status" 0
	part write-motd check
	[ "$status" -ne 0 ] || fail 'already?'
	part write-motd plan
	is "$status" 0
	# shellcheck disable=SC2016
	shows '+it'\''s $(touch hacked)'
	part write-motd apply
	is "$status" 0
	part write-motd verify
	is "$status" 0
	# shellcheck disable=SC2016
	is "$(cat "$scratch/root/etc/motd")" 'it'\''s $(touch hacked)'
	part write-motd check
	is "$status" 0
	said already
	part write-motd undo
	is "$status" 0
	[ ! -e "$scratch/root/etc/motd" ] || fail 'it is still there'
	case='put back'
	echo old >"$scratch/root/etc/motd"
	part write-motd apply
	part write-motd undo
	is "$(cat "$scratch/root/etc/motd")" old
	case='blocked'
	rm -r "$scratch/root/etc"
	part write-motd preflight
	blocked no-folder
done
finish
