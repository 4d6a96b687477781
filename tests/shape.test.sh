#!/bin/sh
# What the simulated tools say has the shape of what real ones say: the same columns and keys, the same units and forms of
# numbers, the same exit status. tests/captures/lab-commands are the questions, lab-SUITE/ the answers
# of real servers of several ages (tests/lab/capture); the demo must answer as one of them does.
set -u
LC_ALL=C
export LC_ALL
src=${TOP_SRCDIR:?}
questions=$src/tests/captures/lab-commands
[ -n "${TMPDIR:-}" ] || [ ! -w /dev/shm ] || export TMPDIR=/dev/shm
scratch=$(mktemp -d)
trap 'chmod -R u+rwx "$scratch"; rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM
status=0
command -v jq >/dev/null || { echo 'skipped: there is no jq' >&2; exit 77; }

# shape KIND: standard input, reduced to what must be the same, one "WHERE<tab>FORM" a line.
shape() {
	case $1 in
	json | part)
		jq -r '
			def form:
				if type != "string" then type
				elif test("^-?[0-9]+$") then "9"
				elif test("^-?[0-9]+[.][0-9]+$") then "9.9"
				elif test("^[0-9.]+[kMGT]?B( [(][0-9]+%[)])?$") then "9B"
				elif test("^[0-9.]+[kKMGT]i?B?$") then "9Ki"
				elif test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T") then "date"
				elif test("^(sha256:)?[0-9a-f]{12,64}$") then "digest"
				else "word" end;
			# Names that only look like numbers, at times.
			paths as $p | select(getpath($p) | type | . != "object" and . != "array") |
				"\($p | map(if type == "number" then "[]" else . end) | join("."))\t\(
				if $p[-1] == "Tag" or $p[-1] == "OSVersion" then "word" else getpath($p) | form end)"'
		;;
	fields | columns)
		awk -v FS="$([ "$1" = fields ] && echo ' ' || echo '  +')" '
			function form(s) {
				if (s ~ /^-?[0-9]+$/) return "9"
				if (s ~ /^-?[0-9]+\.[0-9]+$/) return "9.9"
				if (s ~ /^[0-9]+%$/) return "9%"
				if (s ~ /^[0-9]+\/[0-9]+$/) return "9/9"
				if (s ~ /^([0-9]+[smhdy])+$/) return "age"
				# Kubernetes adds when, since 1.22; that of the lab is 1.20.
				if (s ~ /^[0-9]+ \(([0-9]+[smhdy])+ ago\)$/) return "9"
				if (s ~ /^[0-9]+(\.[0-9]+)?[KMGT]$/) return "9G"
				return "word"
			}
			{ sub(/[ \t]+$/, "") }
			NR == 1 && !/[0-9]/ { print "heading\t" $0; next }
			{ for (n = 1; n <= NF; n++) if ($n != "-") print n "\t" form($n) }' | sed '/^heading/s/  */ /g'
		;;
	keys)
		sed -n 's/^[[:space:]]*\([^:=]*[^:= ]\) *[:=].*/\1	key/p'
		;;
	lines)
		sed -e 's/[0-9a-f]\{12,64\}/H/g' -e 's/[0-9][0-9]*/9/g' -e 's/9\(\.9\)*[KMGT]\( \|$\)/9G\2/g' -e 's/  */ /g' \
			-e 's/^ //' -e 's/ $//' -e 's/$/	line/'
		;;
	esac | sort -u
}

# like KIND: $scratch/demo fits $scratch/real; what does not is printed.
like() {
	cut -f1 "$scratch/demo" | uniq >"$scratch/demo.where"
	cut -f1 "$scratch/real" | uniq >"$scratch/real.where"
	# Of what is not in the real answer nothing may stand in ours.
	comm -23 "$scratch/demo" "$scratch/real" | sed 's/^/the demo only: /'
	case $1 in
	json | fields) comm -13 "$scratch/demo.where" "$scratch/real.where" | sed 's/^/the server only: /' ;;
	esac
}

root=$scratch/server
mkdir "$root"
DEMO_FAST=1 sh "$src/backends/demo/world.sh" "$root" phase-1 0 || exit 1
asked=0
while read -r what kind command <&3; do
	case $what in '' | \#*) continue ;; esac
	asked=$((asked + 1))
	env -i PATH="$root/demo/bin" root="$root" HOME="$root/root" LC_ALL=C TZ=UTC0 TMPDIR="$root/tmp" DEMO_USER=root \
		sh -c "$command" </dev/null >"$scratch/out" 2>"$scratch/err"
	rc=$?
	sed "s|$root||g" "$scratch/out" >"$scratch/said"
	shape "$kind" <"$scratch/said" >"$scratch/demo"
	fits=
	for real in "$src"/tests/captures/lab-*/; do
		age=${real%/} age=${age##*lab-} real=$real$what
		if [ ! -f "$real.out" ]; then
			echo "shape: $what: no answer of $age's: tests/lab/capture" >&2
			status=1
			continue
		fi
		shape "$kind" <"$real.out" >"$scratch/real"
		like "$kind" >"$scratch/found.$age"
		[ "$rc" = "$(cat "$real.rc")" ] || echo "status $rc, the server $(cat "$real.rc")" >>"$scratch/found.$age"
		[ -s "$scratch/demo" ] || [ ! -s "$scratch/real" ] || echo 'no answer' >>"$scratch/found.$age"
		[ -s "$scratch/found.$age" ] || fits=$age
	done
	if [ -z "$fits" ]; then
		echo "shape: $what: $command" >&2
		sed 's/^/  /' "$scratch"/found.* "$scratch/err" >&2
		status=1
	fi
done 3<"$questions"
[ "$asked" -gt 30 ] || status=1
exit $status
