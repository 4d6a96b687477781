# shellcheck shell=sh disable=SC2094
# lib.sh: a made-up server for the tests of steps: a folder as its root, a PATH that holds nothing but the tools a
# server has (pure ones, and made-up ones that keep their state in a folder), and the parts run as run.sh runs them.
#
#   server SHELL            begins anew; SHELL is dash, bash or busybox (then busybox' tools are the pure ones, too)
#   part STEP PART          runs it: $status, $out (output), and what it said in "$scratch/marks"
#   said ID | unsaid        the part said that; it said nothing
#   is WHAT EXPECTED        $status, or a state, is that
#   put NAME VALUE, got NAME  a state of the made-up tools

LC_ALL=C
export LC_ALL
# On which shells: ./bootstrap check names all three; `make check` by itself is to be quick.
if [ -z "${TEST_SHELLS-}" ]; then
	TEST_SHELLS=dash
	command -v dash >/dev/null 2>&1 || TEST_SHELLS=bash
fi
top=${TOP_SRCDIR:?}
scratch=$(mktemp -d)
made=$(mktemp -d) # what is made once and copied for each case
trap 'rm -rf "$scratch" "$made"' EXIT
trap 'exit 1' INT TERM
failures=0
case=
keep_output=

pure='awk cat chmod cmp cp cut date diff dirname env expr grep head id ln ls mkdir mktemp mv od printf rm rmdir sed sh
sort stat sync tail tar touch tr wc'

# link_tools FOLDER: the pure tools of $shell, as links.
link_tools() {
	mkdir "$1"
	for tool in $pure; do
		if [ "$shell" = busybox ] && busybox --list | grep -qx "$tool"; then
			ln -s "$(command -v busybox)" "$1/$tool"
		else
			ln -s "$(command -v "$tool")" "$1/$tool"
		fi
	done
}

server() {
	shell=$1
	rm -rf "${scratch:?}"/*
	mkdir -p "$scratch/state" "$scratch/root/etc" "$scratch/root/tmp" "$scratch/root/proc" \
		"$scratch/root/var/lib/docker"
	[ -d "$made/bin.$shell" ] || link_tools "$made/bin.$shell"
	cp -a "$made/bin.$shell" "$scratch/bin"
	: >"$scratch/state/log"
	params=
}

# fake NAME...: made-up tools, all from one file of this folder.
fakes() {
	kept="$made/fakes $*"
	file=$1
	shift
	if [ ! -d "$kept" ]; then
		mkdir "$kept"
		for tool in "$@"; do
			ln -s "$top/tests/steps/$file" "$kept/$tool"
		done
	fi
	cp -a --remove-destination "$kept/." "$scratch/bin/"
}

put() { printf '%s\n' "$2" >"$scratch/state/$1"; }
got() { cat "$scratch/state/$1" 2>/dev/null; }

part() {
	[ -n "$keep_output" ] || : >"$scratch/out"
	: >"$scratch/marks"
	printf '%s\n' "$params" >"$scratch/params"
	# shellcheck disable=SC2016 # for the shell that is started
	body='
. "$1"; . "$2"; . "$3"
shift 3
sleep() { :; } # nobody waits for a made-up server
df() { "$PATH/df" "$@"; } # busybox would take its own
"$@"'
	script=${phase:-$top/phases/1-foundation}/$1.sh
	shift
	status=0
	(
		# The tests' own PATH is not the server's.
		export root="$scratch/root" tw_out="$scratch/out" tw_marks="$scratch/marks" fake_state="$scratch/state"
		run=$(command -v "$shell")
		PATH=$scratch/bin
		umask 022
		cd / || exit 99
		case $shell in
		bash) exec "$run" --posix -c "$body" step "$top/backends/remote/step.sh" "$scratch/params" "$script" "$@" ;;
		busybox) exec "$run" sh -c "$body" step "$top/backends/remote/step.sh" "$scratch/params" "$script" "$@" ;;
		*) exec "$run" -c "$body" step "$top/backends/remote/step.sh" "$scratch/params" "$script" "$@" ;;
		esac
	) >>"$scratch/out" 2>&1 </dev/null || status=$?
	out=$(cat "$scratch/out")
}

fail() {
	printf '%s, %s: %s\n' "$shell" "$case" "$*" >&2
	sed 's/^/  | /' "$scratch/out" >&2
	sed 's/^/  say /' "$scratch/marks" >&2
	failures=$((failures + 1))
}

is() {
	[ "$1" = "$2" ] || fail "\"$1\" where \"$2\" was expected"
}

said() {
	grep -q "^[0-9]* say =$1\( \|\$\)" "$scratch/marks" || fail "$1 was not said"
}

unsaid() {
	! grep -q "^[0-9]* say =$1\( \|\$\)" "$scratch/marks" || fail "$1 was said"
}

shows() {
	case $out in
	*"$1"*) ;;
	*) fail "the output lacks \"$1\"" ;;
	esac
}

# blocked ID: preflight said that, and no tool that changes anything was called.
blocked() {
	[ "$status" -ne 0 ] || fail "preflight passed"
	said "$1"
	is "$(got log)" ''
}

finish() {
	[ "$failures" -eq 0 ] || { printf '%s failed\n' "$failures" >&2; exit 1; }
}
