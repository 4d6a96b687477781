#!/bin/sh
# --sessions, --report and --verify: what they print, and their exit statuses.
set -u
LC_ALL=C.UTF-8
export LC_ALL
t=${TOP_BUILDDIR:?}/twistertui
recorded=$TOP_BUILDDIR/tests/recorded
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM
XDG_STATE_HOME=$scratch
export XDG_STATE_HOME
status=0

fail() {
	printf 'record: %s\n' "$*" >&2
	[ ! -f "$scratch/out" ] || cat "$scratch/out" "$scratch/err" >&2
	status=1
}

# want STATUS ARGUMENT…: runs twistertui, output to out and err
want() {
	wanted=$1
	shift
	"$t" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	got=$?
	[ "$got" = "$wanted" ] || fail "$* gave $got, not $wanted"
}

has() {
	grep -qF -- "$2" "$scratch/$1" || fail "not in $1: $2"
}

want 0 --sessions
has err 'no session yet'
want 1 --verify
want 1 --report
has err 'no session yet'

"$recorded" edgeserver 20260208T120000Z-aaaaaa 1-foundation-1 || fail "no session"
"$recorded" edgeserver 20260208T130000Z-bbbbbb 1-foundation-1 killed || fail "no session"
"$recorded" other 20260208T140000Z-cccccc 0-clean-1 || fail "no session"

want 0 --sessions
[ "$(wc -l <"$scratch/out")" = 4 ] || fail "--sessions: not three sessions"
has out 'edgeserver/20260208T120000Z-aaaaaa'
has out '0-clean-1'
grep -q 'bbbbbb.*open.*1-foundation-1' "$scratch/out" || fail "a killed session is not open"

want 0 --verify
has out 'edgeserver/20260208T120000Z-aaaaaa: consistent, 8 records'
has out 'edgeserver/20260208T130000Z-bbbbbb: open, ends at record 6'
want 0 --verify=edgeserver/1-foundation-1
[ "$(grep -c : "$scratch/out")" = 2 ] || fail "--verify of a run: not its two sessions"
want 1 --verify=edgeserver/nothing
has err 'no session or run'

want 0 --report=edgeserver/1-foundation-1
has out '# Report: Foundation'
has out ' in 2 sessions'
has out 'no window'
want 0 --report=other/20260208T140000Z-cccccc --format json -o -
jq -e '.intact and .actions[0].step == "extend-lvm"' "$scratch/out" >/dev/null || fail "JSON is not as it should be"
want 0 --report=edgeserver/1-foundation-1 -o "$scratch/report.json"
jq -e '.sessions | length == 2' "$scratch/report.json" >/dev/null || fail "-o FILE.json is not JSON"
has err "$scratch/report.json"
want 2 --report=edgeserver/1-foundation-1 --format pdf
want 1 --report=edgeserver/1-foundation-1 -o "$scratch/nowhere/report.md"
has err 'cannot write'
# A bare chroot may lack it.
[ ! -c /dev/full ] || want 1 --report=edgeserver/1-foundation-1 -o /dev/full
[ ! -e "$scratch/report.json.part" ] || fail "a half-written file was left"

# one record changed, then one output
journal=$scratch/twistertui/edgeserver/20260208T120000Z-aaaaaa/journal.jsonl
cp "$journal" "$scratch/kept"
sed 's/no window/no widow/' "$scratch/kept" >"$journal"
want 1 --verify=edgeserver/20260208T120000Z-aaaaaa
has out 'broken at record 6'
want 1 --report=edgeserver/1-foundation-1
has out '**The records do not hold together.**'
has err 'do not hold together'
cp "$scratch/kept" "$journal"
echo more >>"$scratch/twistertui/edgeserver/20260208T120000Z-aaaaaa/outputs/1-foundation-1.extend-lvm.1"
want 1 --verify
has out 'broken at record 4'
has out 'other/20260208T140000Z-cccccc: consistent'

# every kind of record that is written is explained
kinds=$(cd "${TOP_SRCDIR:?}" && grep -hoE '(store_record|record|record_decision)\([^";]*"[a-z-]+"' runbook/*.c tui/*.c |
	grep -oE '"[a-z-]+"' | tr -d '"' | sort -u)
[ "$(echo "$kinds" | wc -l)" -gt 10 ] || fail "the kinds of records were not found"
for kind in $kinds; do
	grep -q "^| .*\`$kind\`.* |" "$TOP_SRCDIR/doc/journal.md" || fail "doc/journal.md does not know $kind"
done

exit $status
