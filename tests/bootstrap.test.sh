#!/bin/sh
# bootstrap: what it installs, and how, on machines of several kinds. The machine's tools are made up
# here (dpkg-query, apt-get, sudo, id, autoreconf, make); the script is the real one.

set -eu
LC_ALL=C
export LC_ALL

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM
status=0

fail() {
	printf 'bootstrap, %s: %s\n' "$case" "$*" >&2
	sed 's/^/  | /' "$scratch/log" "$scratch/out" >&2
	status=1
}

tool() {
	{
		echo '#!/bin/sh'
		cat
	} >"$scratch/bin/$1"
	chmod +x "$scratch/bin/$1"
}

# A machine with nothing but what every system has.
bare_machine() {
	case=$1
	rm -rf "${scratch:?}/bin" "$scratch/tree"
	mkdir -p "$scratch/bin" "$scratch/tree"
	for name in sh cat tr dirname env find getconf tail sed head mkdir rm sort touch chmod grep; do
		ln -s "$(command -v "$name")" "$scratch/bin/$name"
	done
	cp "$TOP_SRCDIR/bootstrap" "$scratch/tree/bootstrap"
	touch "$scratch/tree/configure.ac" "$scratch/tree/Makefile.am"
	: >"$scratch/log"
	tool id <<-'END'
		echo "${FAKE_UID-0}"
	END
	tool autoreconf <<-'END'
		touch Makefile.in
		printf '#!/bin/sh\ntouch Makefile\n' >configure
		chmod +x configure
	END
	tool make <<-'END'
		echo "make" >>"$FAKE/log"
	END
}

# Debian, where `installed` lists what is there and `lists` is there when the package lists are.
debian() {
	bare_machine "$1"
	: >"$scratch/installed"
	touch "$scratch/lists"
	rm -f "$scratch/stale"
	tool dpkg-query <<-'END'
		for last; do :; done
		grep -qx "$last" "$FAKE/installed" && printf installed
	END
	tool apt-get <<-'END'
		echo "apt-get $* (${DEBIAN_FRONTEND-asking})" >>"$FAKE/log"
		case $* in
		*update*) touch "$FAKE/lists"; rm -f "$FAKE/stale" ;;
		*-s*) [ -f "$FAKE/lists" ] ;;
		*) [ -f "$FAKE/lists" ] && [ ! -f "$FAKE/stale" ] ;;
		esac
	END
}

run() {
	rc=0
	env -i FAKE="$scratch" FAKE_UID="${uid-0}" PATH="$scratch/bin" \
		"$scratch/tree/bootstrap" "$@" >"$scratch/out" 2>&1 </dev/null || rc=$?
}

built() {
	[ "$rc" = 0 ] || fail "exit status $rc"
	grep -qx make "$scratch/log" || fail 'nothing was built'
}

all='gcc make autoconf automake pkg-config gettext libncurses-dev libcdk5-dev libssh-dev libcjson-dev
libpcre2-dev libssl-dev libc6-dev'

install_all_but() {
	for package in $all; do
		case " $* " in
		*" $package "*) ;;
		*) echo "$package" ;;
		esac
	done >"$scratch/installed"
}

debian 'everything there'
install_all_but
run build
built
! grep -q apt-get "$scratch/log" || fail 'apt-get was called'

debian 'two missing'
install_all_but gettext libcdk5-dev
run build
built
! grep -q update "$scratch/log" || fail 'the lists were fetched for nothing'
grep -q 'apt-get -q install -y --no-install-recommends gettext libcdk5-dev (noninteractive)' \
	"$scratch/log" || fail 'not exactly the two were installed, or with questions'
grep -q 'installing with apt-get: gettext libcdk5-dev' "$scratch/out" || fail 'it was not said'

debian 'lists empty'
install_all_but gcc
rm "$scratch/lists"
run build
built
grep -q 'apt-get -q update' "$scratch/log" || fail 'the lists were not fetched'

debian 'lists old'
install_all_but gcc
touch "$scratch/stale"
run build
built
[ "$(grep -c 'install -y' "$scratch/log")" = 2 ] || fail 'it did not try again'

debian 'not root, with sudo'
install_all_but gcc
tool sudo <<'END'
echo "sudo" >>"$FAKE/log"
exec "$@"
END
uid=1000
run build
built
grep -qx sudo "$scratch/log" || fail 'sudo was not used'
grep -q 'install -y .* gcc (noninteractive)' "$scratch/log" || fail 'questions would be asked'

debian 'not root, no sudo'
install_all_but gcc jq
run build
[ "$rc" = 1 ] || fail "exit status $rc"
grep -q 'apt-get install gcc' "$scratch/out" || fail 'the remedy is not named'
! grep -q apt-get "$scratch/log" || fail 'apt-get was called'
uid=0

bare_machine 'another system, nothing there'
run build
[ "$rc" = 1 ] || fail "exit status $rc"
grep -q ncursesw "$scratch/out" || fail 'what is needed is not listed'
! grep -qx make "$scratch/log" || fail 'it was built'

bare_machine 'another system, all there'
for name in cc automake pkg-config msgfmt; do
	tool $name </dev/null
done
run build
built

# A machine that can't have a lab: why, 77, and nothing is installed for it.
skipped() {
	[ "$rc" = 77 ] || fail "exit status $rc"
	grep -q "^skipped: .*$1" "$scratch/out" || fail 'it does not say why'
	[ ! -s "$scratch/log" ] || fail 'something was installed or built'
}

for what in '' smoke shell; do
	debian "lab $what, not root"
	tool uname <<-'END'
		echo x86_64
	END
	uid=1000
	# shellcheck disable=SC2086 # perhaps no word
	run lab $what
	skipped root
	uid=0
done

debian 'lab, another processor'
tool uname <<'END'
echo aarch64
END
run lab
skipped aarch64

bare_machine 'lab, another system'
tool uname <<'END'
echo x86_64
END
run lab
skipped Debian

bare_machine 'no command'
run
[ "$rc" = 0 ] || fail "exit status $rc"
grep -q './bootstrap COMMAND' "$scratch/out" || fail 'no usage'

bare_machine 'a wrong command'
run install
[ "$rc" = 2 ] || fail "exit status $rc"

exit $status
