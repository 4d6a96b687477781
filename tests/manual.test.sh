#!/bin/sh
# manual: the manual pages and completions that the build made: clean, complete, and what each shell offers.

set -eu
LC_ALL=C.UTF-8
export LC_ALL

fail() {
	printf 'manual: %s\n' "$*" >&2
	exit 1
}

# A file that was made: in the build folder, or in an archive's source.
made() {
	if [ -f "$TOP_BUILDDIR/$1" ]; then
		printf '%s\n' "$TOP_BUILDDIR/$1"
	else
		printf '%s\n' "$TOP_SRCDIR/$1"
	fi
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM
mkdir -p "$scratch/home/.ssh" "$scratch/config/twistertui/hosts" "$scratch/bin"
HOME=$scratch/home
XDG_CONFIG_HOME=$scratch/config
export HOME XDG_CONFIG_HOME
printf 'Host edgealias\n  HostName 127.0.0.1\nHost *.lan\n  User nobody\n' >"$HOME/.ssh/config"
printf 'address = 127.0.0.1\n' >"$XDG_CONFIG_HOME/twistertui/hosts/edgeprofile"
chmod 600 "$HOME/.ssh/config" "$XDG_CONFIG_HOME/twistertui/hosts/edgeprofile"
ln -s "$TOP_BUILDDIR/twistertui" "$scratch/bin/twistertui"
PATH=$scratch/bin:$PATH

# --- the pages ------------------------------------------------------------------------------------

for page in doc/twistertui.1 doc/twistertui-phase.5; do
	file=$(made "$page")
	[ -s "$file" ] || fail "$page was not made"
	! grep -q '^@' "$file" || fail "$page: $(grep '^@' "$file") was not replaced"
	! LC_ALL=C grep -q '[^ -~	]' "$file" || fail "$page holds bytes that are not ASCII"
	if command -v mandoc >/dev/null 2>&1; then
		mandoc -T lint -W warning "$file" >"$scratch/lint" 2>&1 || true
		# twistertui(1) and (5) are not installed here
		grep -v 'referenced manual not found' "$scratch/lint" >"$scratch/left" || true
		[ ! -s "$scratch/left" ] || {
			cat "$scratch/left" >&2
			fail "$page: mandoc complains"
		}
		mandoc -T utf8 "$file" | col -b >"$scratch/${page##*/}.txt"
	fi
done
page=$(made doc/twistertui.1)
twistertui --help | sed -n 's/^  .*--\([a-z-]*\).*/\1/p' >"$scratch/options"
[ "$(wc -l <"$scratch/options")" -ge 18 ] || fail '--help names too few options'
while read -r option; do
	grep -q "Fl Fl $option" "$page" || fail "--$option is not in twistertui(1)"
done <"$scratch/options"
for fact in disk.root.percent pods.running backup.scheduled; do
	grep -q "^.It Cm $fact\$" "$page" || fail "$fact is not in twistertui(1)"
done
# Every key that a phase may have is explained: those of the readers' own tables.
sed -n 's/^	{"\([a-z_]*\)", \(true\|false\), .*/\1/p' "$TOP_SRCDIR/runbook/phase_read.c" \
	"$TOP_SRCDIR/runbook/phase_step.c" | sort -u >"$scratch/keys"
[ "$(wc -l <"$scratch/keys")" -ge 25 ] || fail 'the tables of keys were not found'
while read -r key; do
	grep -q "\\(fB\\|\"\\)$key\\(\"\\|\\\\fR\\)" "$(made doc/twistertui-phase.5)" || fail "$key is not in twistertui-phase(5)"
done <"$scratch/keys"
if [ -f "$scratch/twistertui-phase.5.txt" ]; then
	# what looks like roff in the example is still there, letter by letter
	grep -q "printf '%s\\\\n' \"\$words\" | diff -u" "$scratch/twistertui-phase.5.txt" ||
		fail 'the example is not as it was written'
fi

# --- the completions --------------------------------------------------------------------------------

bash_file=$(made completions/twistertui)
shellcheck -s bash "$bash_file" >&2 || fail "shellcheck complains about bash's completion"

# bash_offers WORD...: what bash offers for the last word, words separated as bash does.
bash_offers() {
	# shellcheck disable=SC2016 # bash's own variables
	bash --norc -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
		_twistertui; printf "%s\n" "${COMPREPLY[@]}"' bash "$bash_file" "$@" | tr '\n' ' '
}

# expects SHELL OFFERED WORD...: all of these are in it; a word after ! is not.
expects() {
	shell=$1
	offered=" $2 "
	shift 2
	for word; do
		case $word in
		!*) case $offered in *" ${word#!} "*) fail "$shell offers ${word#!}: $offered" ;; esac ;;
		*) case $offered in *'invalid option'*) fail "$shell: $offered" ;; *" $word "*) ;; *) fail "$shell does not offer $word:$offered" ;; esac ;;
		esac
	done
}

expects bash "$(bash_offers twistertui --)" --demo --read-only --linear --theme '!--complete' '!edgealias'
expects bash "$(bash_offers twistertui --sta)" --status '!--demo'
expects bash "$(bash_offers twistertui edge)" edgealias edgeprofile '!*.lan'
expects bash "$(bash_offers twistertui --phase '')" 1-foundation '!edgealias'
expects bash "$(bash_offers twistertui --theme '')" default mono
expects bash "$(bash_offers twistertui --demo = ph)" phase-0 phase-1 phase-1b
expects bash "$(bash_offers twistertui --demo =)" phase-0 phase-1 phase-1b
expects bash "$(bash_offers twistertui --status = j)" json '!text'
expects bash "$(bash_offers twistertui --lang '')" en fr
expects bash "$(bash_offers twistertui --demo '')" edgealias '!phase-1'

if command -v fish >/dev/null 2>&1; then
	fish_file=$(made completions/twistertui.fish)
	fish -n "$fish_file" || fail "fish does not read its completion"
	fish_offers() {
		fish --no-config -c "source '$fish_file'; complete -C '$1'" 2>"$scratch/fish" | cut -f1 | tr '\n' ' '
		cat "$scratch/fish"
	}
	expects fish "$(fish_offers 'twistertui --')" --demo --linear --theme '!--complete'
	expects fish "$(fish_offers 'twistertui edge')" edgealias edgeprofile
	expects fish "$(fish_offers 'twistertui --phase ')" 1-foundation '!edgealias'
	expects fish "$(fish_offers 'twistertui --lang ')" en fr
	expects fish "$(fish_offers 'twistertui --theme d')" default '!mono'
fi
if command -v zsh >/dev/null 2>&1; then
	zsh_file=$(made completions/_twistertui)
	zsh -n "$zsh_file" || fail "zsh does not read its completion"
	head -n 1 "$zsh_file" | grep -qx '#compdef twistertui' ||
		fail "zsh would not find its completion"
fi
