#!/bin/sh
# The lab's driver against the simulated server: what a case of the matrix is told must be so.
set -eu

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/tmp"
export TMPDIR="$scratch/tmp" XDG_STATE_HOME="$scratch/state" XDG_CONFIG_HOME="$scratch/config" DEMO_FAST=1
export TWISTERTUI_DATADIR="$TOP_BUILDDIR/share/twistertui"

fail() {
	printf 'FAIL: %s\n' "$1" >&2
	cat "$scratch/answers" >&2
	exit 1
}

# drive LINE…: their answers in $scratch/answers.
drive() {
	printf '%s\n' "$@" | "$TOP_BUILDDIR/tests/lab/drive" demo=phase-1 >"$scratch/answers" || fail 'drive ended badly'
}

# answer N FILTER: of the Nth answer jq says yes.
answer() {
	sed -n "${1}p" "$scratch/answers" | jq -e "$2" >/dev/null || fail "answer $1 is not: $2"
}

drive connect root 'prepare extend-lvm' 'ask extend-lvm' 'prepare extend-lvm' 'confirm extend-lvm' \
	'confirm extend-lvm no' 'confirm extend-lvm' 'wait extend-lvm' 'fact lvm.root.size' 'nonsense' 'prepare none'
answer 1 '.ok and .link == "up"'
answer 2 '.ok and .root == "up"'
answer 3 '.ok and .state == "todo" and .activity == "ready" and (.plan | contains("38400"))'
answer 4 '.ok'
# the plan was made again since the dialog opened: that dialog's yes counts no more
answer 6 '(.ok | not) and .activity == "ready" and .attempt == 0'
answer 7 '(.ok | not) and .attempt == 0'
answer 8 '.ok and .activity == "recording"'
answer 9 '.ok and .state == "done" and .result == "ok" and .parts.verify == 0'
answer 10 '.ok and .value > 150000000000'
answer 11 '.ok | not'
answer 12 '.ok | not'

# a parameter may be given no value
drive connect 'state clean-docker' 'param clean-docker images'
answer 2 '.ok and .params.images == "dangling"'
answer 3 '.ok and .params.images == ""'

# the console that dies before its job is started leaves the record of it, and no answer
printf '%s\n' connect root 'prepare extend-lvm' 'kill-when extend-lvm activity=starting' 'confirm extend-lvm' \
	'wait extend-lvm' | "$TOP_BUILDDIR/tests/lab/drive" demo=phase-1 >"$scratch/answers" && fail 'it did not die'
[ "$(wc -l <"$scratch/answers")" -lt 6 ] || fail 'it went on after it had died'
find "$scratch/state" -name journal.jsonl -exec cat {} + | grep -q '"kind":"job-start"' || fail 'no record of the start'
