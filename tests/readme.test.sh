#!/bin/sh
# readme: README's phase in ten minutes, done to the letter by somebody who has nothing yet: written, linted, tried and
# run on the built-in server. doc/examples holds the same.

set -eu
LC_ALL=C.UTF-8
export LC_ALL

fail() {
	printf 'readme: %s\n' "$*" >&2
	[ ! -f "$scratch/out" ] || cat "$scratch/out" >&2
	exit 1
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM
mkdir -p "$scratch/home" "$scratch/bin" "$scratch/tmp"
ln -s "$TOP_BUILDDIR/twistertui" "$scratch/bin/twistertui"
HOME=$scratch/home
TMPDIR=$scratch/tmp
PATH=$scratch/bin:$PATH
DEMO_FAST=1
export HOME TMPDIR PATH DEMO_FAST
unset XDG_CONFIG_HOME XDG_STATE_HOME ACCESSIBLE LANG LANGUAGE
umask 022

sed -n '/^PHASES OF YOUR OWN$/,/^BUILDING /p' "$TOP_SRCDIR/README" >"$scratch/chapter"
[ -s "$scratch/chapter" ] || fail 'the chapter is not there'

# command WORDS: the chapter's own line that begins so, run as it stands.
command_of() {
	line=$(grep "^    $1" "$scratch/chapter" | head -n 1)
	[ -n "$line" ] || fail "no command $1 in the chapter"
	sh -c "$line" >"$scratch/out" 2>&1
}

# The indented lines below "The file PATH:", as they stand.
block() {
	awk -v head="The file $1:" '
		$0 == head { on = 1; next }
		on && /^[^ ]/ { exit }
		on { line[++n] = substr($0, 5) }
		END { for (i = 2; i <= n; i++) if (i < n || line[i] != "") print line[i] }' \
		"$scratch/chapter"
}

command_of 'mkdir -p ~/.config/twistertui/phases/'
files=$(sed -n 's/^The file \(.*\):$/\1/p' "$scratch/chapter")
[ "$(printf '%s\n' "$files" | wc -l)" = 2 ] || fail "the chapter has not two files: $files"
for file in $files; do
	path=$HOME/${file#\~/}
	block "$file" >"$path"
	cmp "$path" "$TOP_SRCDIR/doc/examples/8-banner/${file##*/}" >"$scratch/out" 2>&1 ||
		fail "doc/examples has another ${file##*/} than README"
done
shellcheck "$HOME"/.config/twistertui/phases/8-banner/*.sh >"$scratch/out" || fail 'shellcheck complains'
command_of 'twistertui --lint' || fail 'it is not what the lint wants'
grep -q 'nothing is wrong' "$scratch/out" || fail 'the lint does not say that nothing is wrong'
command_of 'twistertui --demo --phase 8 --dry-run' || fail 'the dry run failed'
grep -q '^+EdgeServer: authorised use only$' "$scratch/out" || fail 'the dry run shows no plan'
grep -qx '    twistertui --demo --phase 8' "$scratch/chapter" || fail 'the last command is another one'
printf '%s\n' S write-banner p run '' undo '' p x '' back q |
	twistertui --linear --demo --phase 8 >"$scratch/out" 2>&1 || fail 'it could not be run'
[ "$(grep -c '^Write the banner: done (' "$scratch/out")" = 2 ] || fail 'it was not done twice'
grep -q '^Write the banner: to do (' "$scratch/out" || fail 'it was not undone'
