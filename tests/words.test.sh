#!/bin/sh
# words: every string of the sources has its French one, none is a guess, none breaks a format.

set -eu
LC_ALL=C.UTF-8
export LC_ALL

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM

cd "$TOP_SRCDIR"
po/extract "$scratch/all.pot"
# A known string, so that an empty list is noticed.
grep -q '^msgid "not connected"\|^msgid "used space of /"\|^msgid "DiskPressure"' "$scratch/all.pot" || {
	echo 'words: nothing was taken out of the sources' >&2
	exit 1
}
msgmerge --quiet --no-fuzzy-matching -o "$scratch/fr.po" po/fr.po "$scratch/all.pot"
msgfmt -c -o /dev/null "$scratch/fr.po"
msgattrib --untranslated --no-obsolete "$scratch/fr.po" >"$scratch/missing"
msgattrib --only-fuzzy --no-obsolete "$scratch/fr.po" >"$scratch/guessed"
[ ! -s "$scratch/missing" ] || {
	echo 'words: without a French string (make update-po, then fill them in):' >&2
	cat "$scratch/missing" >&2
	exit 1
}
[ ! -s "$scratch/guessed" ] || {
	echo 'words: marked fuzzy:' >&2
	cat "$scratch/guessed" >&2
	exit 1
}
# Each of these must not stand at the beginning of a line: a breaking space before it would let it.
{
	msgattrib --no-wrap --no-obsolete "$scratch/fr.po" | sed -n 's/^msgstr[^"]*"//p'
	sed -n 's/.*"fr": "/"/p' phases/*/phase.json
} | grep -n ' [:;?!»]\([ )]\|"[},]*$\|\\n\)\|« ' >"$scratch/breaking" && {
	echo 'words: a plain space where French wants U+00A0:' >&2
	cat "$scratch/breaking" >&2
	exit 1
}
exit 0
