#!/bin/sh
# docker-config's merge, a JSON reader in awk, against jq: what it makes of daemon.json, and what it refuses.
set -u
LC_ALL=C
export LC_ALL
top=${TOP_SRCDIR:?}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM
failures=0

fail() {
	printf 'merge, %s: %s\n' "$awk" "$*" >&2
	failures=$((failures + 1))
}

# shellcheck disable=SC2016 # jq's variables
ours='(if has("storage-driver") then . else . + {"storage-driver": "overlay2"} end)
	| ."log-driver" = "json-file" | ."log-opts"."max-size" = "10m" | ."log-opts"."max-file" = "3"
	| ."max-concurrent-downloads" = 3 | ."max-concurrent-uploads" = 3
	| ."default-ulimits".nofile = {"Name": "nofile", "Hard": 64000, "Soft": 64000}'

merge() {
	(
		PATH=$scratch/bin:$PATH
		# shellcheck disable=SC2034,SC1091 # used there
		root='' max_size=10m max_file=3 downloads=3 uploads=3 nofile=64000
		# shellcheck source=/dev/null
		. "$top/phases/1-foundation/docker-config.sh"
		merge yes
	)
}

# good TEXT: merged as jq would, and a second time nothing is left to do.
good() {
	printf '%s' "$1" >"$scratch/in"
	merge <"$scratch/in" >"$scratch/out"
	status=$?
	[ "$status" = 0 ] || { fail "$status for $1"; return; }
	jq -S -c "$ours" <"$scratch/in" >"$scratch/expected"
	jq -S -c . <"$scratch/out" >"$scratch/got"
	cmp -s "$scratch/expected" "$scratch/got" || fail "$(cat "$scratch/out") of $1"
	merge <"$scratch/out" >"$scratch/again"
	is=$?
	[ "$is" = 3 ] || fail "$is a second time for $1"
	cmp -s "$scratch/out" "$scratch/again" || fail "changed a second time: $1"
}

# bad TEXT [WHY]: refused, and jq agrees unless the reason is ours.
bad() {
	why=$(printf '%s' "$1" | merge)
	status=$?
	[ "$status" = 2 ] || fail "$status for $1"
	case $why in
	*"${2-}"*) ;;
	*) fail "$why for $1" ;;
	esac
	[ -n "${2-}" ] || ! printf '%s' "$1" | jq -e . >/dev/null 2>&1 || fail "jq takes $1"
}

all() {
	mkdir -p "$scratch/bin"
	ln -sf "$1" "$scratch/bin/awk"
	good '{}'
	good '{"a":1}'
	good '{
}'
	good '	{	"debug"	:	true	}	'
	good '{
    "registry-mirrors": ["http://[::1]:5000", {"log-opts": {"max-size": 1}}],
    "log-opts": {"tag": "{{.Name}}/{{.ID}}"},
    "default-ulimits": {
        "nproc": {"Name": "nproc", "Hard": 1, "Soft": 1}
    },
    "big": 12345678901234567890, "exp": -1.5e-07, "null": null, "no": false
}'
	good '{"default-ulimits":{"nofile":{"Hard":64000,"Soft":64000}},"log-opts":{"max-file":3}}'
	good '{"default-ulimits":{"nofile":{"name":"nofile","Name":"nofile","Hard":64000,"Soft":64000}}}'
	good '{"log-driver":"json\u002dfile","log\u002dopts":{},"max-concurrent-uploads":7}'
	# shellcheck disable=SC2016 # nothing of it may be run
	good '{"x": "$(touch /hacked) `id` '\'' \" \\ \/ \u0022 %s %n & \u00e9 ü 😀 \ud83d\ude00", "a.b": {"c": 1}, "": {"": ""}}'
	good '{"storage-driver": "vfs", "log-opts": {"a":"}","b":"]","c":",","d":":"}}'
	good "$(printf '{\r\n  "a": 1,\r\n  "b": [ ]\r\n}\r\n')"
	good '{"a":{"log-opts":{"max-size":"1m"}},"b":[[[[[{"log-driver":"x"}]]]]]}'
	merge <"$scratch/in" >/dev/null
	good "$(awk 'BEGIN { printf "{"; for (i = 0; i < 400; i++) printf "\"key%d\": [%d, {\"v\": \"%d\"}], ", i, i, i; print "\"z\": 0}" }')"
	# shellcheck disable=SC1003 # a backslash, and no more
	for text in '{' '}' '[' '{]' '{"a"}' '{"a":}' '{"a":1,}' '{,"a":1}' '{"a":1 "b":2}' '{"a":1}}' '{"a":1} x' '{a:1}' \
		"{'a':1}" '{"a":1e}' '{"a":tru}' '{"a":"\x"}' '{"a":"\u12g4"}' \
		'{"a":"b' '{"a":"\' '{"a":["b"}' '{"a":[1,]}' '{"a":[,1]}' '{"a":"
"}' '// x
{}' '{"a": 1 /* x */}' "$(printf '\357\273\277{"a": x}')" "$(printf '{"a": "\001"}')"; do
		bad "$text"
	done
	for text in '{"a":01}' '{"a":+1}' '{"a":.5}' '{"a":1.}'; do
		bad "$text" ' is '
	done
	bad '[]' 'not an object'
	bad '"x"' 'not an object'
	bad '3' 'not an object'
	bad 'null' 'not an object'
	bad '{"log-opts": []}' '"log-opts" is not an object'
	bad '{"default-ulimits": "x"}' '"default-ulimits" is not an object'
	bad '{"log-driver": "journald"}' 'log-driver is journald'
	bad '{"log-opts": {}, "log-opts": {}}' '"log-opts" is given twice'
	bad '{"log-driver": "json-file", "log\u002ddriver": "json-file"}' '"log-driver" is given twice'
	bad '{
"a": 1,
"max-concurrent-uploads": 3,
"max-concurrent-uploads": 4}' '(line 4)'
	deep=
	for _ in 1 2 3 4 5 6 7 8 9 10; do deep="${deep}[[[[[[[[[["; done
	bad "{\"a\": $deep" 'too deep'
	[ ! -e /hacked ] || fail 'something was run'
}

for awk in mawk gawk original-awk; do
	! command -v "$awk" >/dev/null || all "$(command -v "$awk")"
done
awk='busybox awk'
all "$(command -v busybox)"
[ "$failures" -eq 0 ] || { printf '%s failed\n' "$failures" >&2; exit 1; }
