#!/bin/sh
# layers: the arrows point downwards only. Reads the symbols of each layer's objects (curses and CDK
# only in tui, libssh only in backends, nothing of a layer above) and the sources (includes, banned
# functions). Each look is then tried on something wrong, which it must find.

set -eu
LC_ALL=C
export LC_ALL

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM

NM=${NM-nm}
CC=${CC-cc}

# CC may be several words.
compile() {
	# shellcheck disable=SC2086
	$CC "$@"
}

layers='base backends runbook tui'
status=0

fail() {
	printf 'layers: %s\n' "$*" >&2
	status=1
}

# --- symbols ----------------------------------------------------------------------------------------

# Names that an archive defines, or only uses (some of them from its own other objects).
defined() {
	"$NM" -g --defined-only "$1" 2>/dev/null | awk 'NF == 3 { print $3 }' | sort -u
}

used() {
	"$NM" -g --undefined-only "$1" 2>/dev/null | awk 'NF == 2 { print $2 }' | sort -u
}

# Names that a shared library gives, without their versions.
exported() {
	"$NM" -D --defined-only "$1" | awk 'NF == 3 { sub(/@.*/, "", $3); print $3 }' | sort -u
}

# The file of a shared library that the program is linked with, as the loader finds it.
loaded() {
	ldd "$scratch/loader" | awk -v name="$1" 'index($1, name) == 1 { print $3 }'
}

foreign_symbols() {
	echo 'int main(void) { return 0; }' >"$scratch/loader.c"
	# shellcheck disable=SC2086 # lists of options
	compile -w -o "$scratch/loader" "$scratch/loader.c" -Wl,--no-as-needed $NCURSESW_LIBS $SSH_LIBS
	for name in libncursesw.so libtinfo.so; do
		file=$(loaded "$name")
		[ -z "$file" ] || exported "$file"
	done >"$scratch/curses"
	cdk=$(compile -print-file-name=libcdk.a)
	[ ! -f "$cdk" ] || defined "$cdk" >>"$scratch/curses"
	sort -u -o "$scratch/curses" "$scratch/curses"
	exported "$(loaded libssh.so)" >"$scratch/libssh"
	# Known names, so that an empty or wrong list is noticed.
	for known in initscr waddnwstr doupdate newCDKDialog; do
		grep -qx "$known" "$scratch/curses" || fail "no $known among the symbols of curses and CDK"
	done
	for known in ssh_new ssh_channel_read_nonblocking; do
		grep -qx "$known" "$scratch/libssh" || fail "no $known among the symbols of libssh"
	done
}

# Says which of the names in file $3 the layer $2 of folder $1 uses; they are $4's.
forbid() {
	comm -12 "$1/$2.used" "$3" | while read -r name; do
		printf '%s uses %s, which is %s\n' "$2" "$name" "$4"
	done
}

# Everything wrong with the symbols of the four archives in folder $1, one line each.
symbol_faults() {
	: >"$1/all.defined"
	for layer in $layers; do
		defined "$1/lib$layer.a" >"$1/$layer.defined"
		sort -u -o "$1/all.defined" "$1/all.defined" "$1/$layer.defined"
	done
	for layer in $layers; do
		used "$1/lib$layer.a" >"$1/$layer.used.all"
		# A name of our own is no library's, whatever else is called the same.
		comm -23 "$1/$layer.used.all" "$1/all.defined" >"$1/$layer.used"
		[ "$layer" = tui ] || forbid "$1" "$layer" "$scratch/curses" "curses' or CDK's"
		[ "$layer" = backends ] || forbid "$1" "$layer" "$scratch/libssh" "libssh's"
		cp "$1/$layer.used.all" "$1/$layer.used"
		above=no
		for other in $layers; do
			[ "$above" = no ] || forbid "$1" "$layer" "$1/$other.defined" "$other's"
			[ "$other" != "$layer" ] || above=yes
		done
	done
}

copy_archives() {
	mkdir "$scratch/$1"
	for layer in $layers; do
		cp "$TOP_BUILDDIR/lib$layer.a" "$scratch/$1/"
	done
}

# wrong NAME LAYER FUNCTION WORDS: with a call of FUNCTION in LAYER, the fault must be found.
wrong() {
	copy_archives "$1"
	printf 'extern int %s(void);\nint wrong_%s(void);\nint wrong_%s(void) { return %s(); }\n' \
		"$3" "$1" "$1" "$3" >"$scratch/$1.c"
	# The sanitizers and warnings of the build have no say here.
	compile -w -fno-builtin -c -o "$scratch/$1.o" "$scratch/$1.c"
	ar q "$scratch/$1/lib$2.a" "$scratch/$1.o" 2>/dev/null
	symbol_faults "$scratch/$1" >"$scratch/$1.faults"
	grep -qx "$4" "$scratch/$1.faults" || fail "a call of $3 in $2 was not noticed"
}

# --- sources ----------------------------------------------------------------------------------------

banned='strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|system|popen|alloca'

# A C file without its comments and the contents of its strings.
bare() {
	compile -w -fpreprocessed -dD -E -P "$1" 2>/dev/null | sed 's/\\[\\"]//g; s/"[^"]*"/""/g'
}

# What is wrong in the sources below folder $1, one line each.
source_faults() {
	find "$1/base" "$1/backends" "$1/runbook" "$1/tui" "$1/tests" -name '*.[ch]' 2>/dev/null | sort |
	while read -r file; do
		short=${file#"$1"/}
		bare "$file" | grep -Ew "($banned)" | grep -Eo "(^|[^_[:alnum:].>])($banned) *\\(" |
			sed "s|^[^[:alpha:]]*|$short: |; s| *($| is banned|"
		case $short in
		base/*) above='backends|runbook|tui' ;;
		backends/*) above='runbook|tui' ;;
		runbook/*) above='tui' ;;
		*) above='none' ;;
		esac
		sed -nE "s@^[[:blank:]]*# *include +\"(($above)/.*)\".*@$short: includes \\1@p" "$file"
		case $short in
		tui/* | tests/*) ;;
		*) sed -nE "s,^[[:blank:]]*# *include +<(((ncursesw/)?curses|ncurses|panel|term|cdk[^>]*)(\\.h|/).*)>.*,$short: includes \\1,p" "$file" ;;
		esac
		case $short in
		backends/* | tests/*) ;;
		*) sed -nE "s,^[[:blank:]]*# *include +<(libssh/.*)>.*,$short: includes \\1,p" "$file" ;;
		esac
	done
}

# wrong_source PLACE LINE FAULT: LINE in file PLACE must give FAULT.
wrong_source() {
	rm -rf "$scratch/tree"
	mkdir -p "$scratch/tree/$(dirname "$1")"
	printf '%s\n' "$2" >"$scratch/tree/$1"
	[ "$(source_faults "$scratch/tree")" = "$3" ] ||
		fail "in $1, \"$2\" gave \"$(source_faults "$scratch/tree")\", not \"$3\""
}

# --- what is looked at ------------------------------------------------------------------------------

foreign_symbols

copy_archives real
symbol_faults "$scratch/real" >"$scratch/faults"
source_faults "$TOP_SRCDIR" >>"$scratch/faults"
while read -r line; do
	fail "$line"
done <"$scratch/faults"

wrong base_curses base initscr "base uses initscr, which is curses' or CDK's"
wrong runbook_cdk runbook newCDKDialog "runbook uses newCDKDialog, which is curses' or CDK's"
wrong backends_curses backends doupdate "backends uses doupdate, which is curses' or CDK's"
wrong runbook_ssh runbook ssh_new "runbook uses ssh_new, which is libssh's"
wrong tui_ssh tui ssh_connect "tui uses ssh_connect, which is libssh's"
wrong base_up base fact_def_find "base uses fact_def_find, which is backends's"

wrong_source base/x.c 'int f(void) { return atoi("1"); }' 'base/x.c: atoi is banned'
wrong_source tests/x.c 'void f(char *d) { x = 1; strcpy (d, ""); }' 'tests/x.c: strcpy is banned'
wrong_source tui/x.c '/* system() */ int fsystem(int); int g(void) { return fsystem(1); }' ''
wrong_source tui/x.c 'const char *s = "use \"popen(\" or system(x)";' ''
wrong_source base/x.h '#include "backends/facts.h"' 'base/x.h: includes backends/facts.h'
wrong_source backends/x.c '#include "runbook/phase.h"' 'backends/x.c: includes runbook/phase.h'
wrong_source runbook/x.c '#include "tui/view.h"' 'runbook/x.c: includes tui/view.h'
wrong_source runbook/x.c '#include "base/buf.h"' ''
wrong_source runbook/x.c '#include <curses.h>' 'runbook/x.c: includes curses.h'
wrong_source base/x.c '#include <cdk/cdk.h>' 'base/x.c: includes cdk/cdk.h'
wrong_source tui/x.c '#include <libssh/libssh.h>' 'tui/x.c: includes libssh/libssh.h'
wrong_source backends/x.c '#include <libssh/libssh.h>' ''

exit $status
