#!/bin/sh
# Phase 1's steps on the built-in EdgeServer, on each shell: from start to end, and with what can go wrong switched on.
set -u
# shellcheck source=tests/steps/lib.sh
. "${TOP_SRCDIR:?}/tests/steps/lib.sh"

# demo SEED: a new EdgeServer at the beginning of Phase 1.
demo() {
	params=
	chmod -R u+w "$scratch" 2>/dev/null
	rm -rf "${scratch:?}"/*
	mkdir "$scratch/root"
	DEMO_FAST=1 sh "$top/backends/demo/world.sh" "$scratch/root" phase-1 "$1" || exit 1
}

# part STEP PART: as lib.sh's, but as the demo's root and with its tools.
part() {
	[ -n "$keep_output" ] || : >"$scratch/out"
	: >"$scratch/marks"
	printf '%s\n' "$params" >"$scratch/params"
	script=$top/phases/1-foundation/$1.sh
	shift
	set -- step "$top/backends/remote/step.sh" "$scratch/params" "$script" "$@"
	case $shell in
	bash) set -- "$(command -v bash)" --posix -c "$body" "$@" ;;
	busybox) set -- "$(command -v busybox)" sh -c "$body" "$@" ;;
	*) set -- "$(command -v dash)" -c "$body" "$@" ;;
	esac
	status=0
	(
		cd "$scratch/root/home/twister" || exit 99
		exec env -i PATH="$scratch/root/demo/bin" root="$scratch/root" HOME="$scratch/root/root" LC_ALL=C \
			tw_out="$scratch/out" tw_marks="$scratch/marks" DEMO_FAST=1 sudo -n "$@"
	) >>"$scratch/out" 2>&1 </dev/null || status=$?
	out=$(cat "$scratch/out")
}
# shellcheck disable=SC2016 # for the shell that is started
body='
. "$1"; . "$2"; . "$3"
shift 3
sleep() { :; }
case $PATH in */demo/bin*) df() { "${PATH%%:*}/df" "$@"; } ;; esac # busybox would take its own
"$@"'

breaks() {
	printf '%s\n' "${2-}" >"$scratch/root/demo/fail/$1"
}

# job STEP: what run.sh makes of it on the server; $result.
job() {
	part "$1" plan
	sum=$(sha256sum <"$scratch/out")
	rm -rf "$scratch/job"
	mkdir "$scratch/job"
	cp "$top/backends/remote/step.sh" "$top/backends/remote/run.sh" "$scratch/job"
	cp "$top/phases/1-foundation/$1.sh" "$scratch/job/step"
	printf '%s\n' "$params" >"$scratch/job/params"
	printf 'kind=apply undo_on_failure=%s limit=60 digest=%s\n' "${2-1}" "${sum%% *}" >"$scratch/job/spec"
	printf "PATH='%s'\nHOME='%s'\nroot='%s'\nexport PATH HOME\ntw_proc=/proc\n" "$scratch/root/demo/bin" \
		"$scratch/root/root" "$scratch/root" >"$scratch/job/env"
	: >"$scratch/job/out"
	: >"$scratch/job/marks"
	(
		cd "$scratch/root/home/twister" || exit 99
		exec env -i PATH="$scratch/root/demo/bin" HOME="$scratch/root/root" DEMO_FAST=1 sudo -n \
			"$(command -v "$shell")" "$scratch/job/run.sh" "$scratch/job"
	) >/dev/null 2>&1 </dev/null
	result=$(cat "$scratch/job/result" 2>/dev/null)
	cp "$scratch/job/out" "$scratch/out"
	cp "$scratch/job/marks" "$scratch/marks"
}

jobs() {
	case='job: extend-lvm'
	demo 0
	params="to='150G'"
	breaks resize2fs
	job extend-lvm
	is "$result" undone
	said not-grown
	said undone
	rm "$scratch/root/demo/fail/resize2fs"
	breaks vgcfgbackup
	job extend-lvm
	is "$result" unchanged
	rm "$scratch/root/demo/fail/vgcfgbackup"
	job extend-lvm
	is "$result" ok
	said after
	case='job: docker-config'
	params=$docker_params
	breaks container-config
	job docker-config
	is "$result" undone
	said no-container
	said undone
	[ ! -e "$scratch/root/etc/docker/daemon.json" ] || fail 'daemon.json is still there'
	rm "$scratch/root/demo/fail/container-config"
	job docker-config
	is "$result" ok
	said proved
	case='job: measure-disks'
	params="disk='rotational'"
	job measure-disks 0
	is "$result" ok
	said measured
	breaks hdparm
	job measure-disks 0
	is "$result" unchanged
	said no-figure
}

words() { sed -n "s/^[0-9]* say =$1 //p" "$scratch/marks" | tr -d =; }

extend() {
	case="extend-lvm, seed $1"
	demo "$1"
	params="to='150G'"
	part extend-lvm preflight
	is "$status" 0
	part extend-lvm check
	[ "$1" != 0 ] || is "$status" 1
	[ "$status" -ne 0 ] || return
	part extend-lvm plan
	is "$status" 0
	about=$(words about)
	first=$out
	part extend-lvm plan
	is "$out" "$first"
	part extend-lvm apply
	part extend-lvm verify
	is "$status" 0
	after=$(words after)
	is "${after%% *}" "${about%% *}"
	[ "$1" != 0 ] || is "$after" '148G 82G 66G 56%25'
	part extend-lvm check
	is "$status" 0
	part extend-lvm undo
	is "$status" 1
	said undo-grown
}

extend_fails() {
	case='extend-lvm, the filesystem does not grow'
	demo 0
	params="to='150G'"
	breaks resize2fs
	part extend-lvm apply
	part extend-lvm verify
	is "$status" 1
	said not-grown
	part extend-lvm undo
	is "$status" 0
	said undone
	part extend-lvm check
	is "$status" 1
	part extend-lvm plan
	shows '25600 + 12800 = 38400'
	case='extend-lvm, marked with errors'
	breaks fs-errors
	part extend-lvm preflight
	is "$status" 1
	said errors
	case='extend-lvm, no backup'
	demo 0
	breaks vgcfgbackup
	params="to='150G'"
	part extend-lvm apply
	is "$status" 1
	said no-backup
	case='extend-lvm, more than there is'
	params="to='1.5T'"
	part extend-lvm preflight
	is "$status" 1
	said too-little
}

docker_params="max_size='10m' max_file='3' downloads='3' uploads='3' nofile='64000'"

docker() {
	case="docker-config, seed $1"
	demo "$1"
	params=$docker_params
	part docker-config preflight
	is "$status" 0
	part docker-config check
	is "$status" 1
	part docker-config plan
	is "$status" 0
	shows '+  "log-driver": "json-file"'
	part docker-config apply
	is "$status" 0
	part docker-config verify
	is "$status" 0
	said all-back
	said proved
	part docker-config check
	is "$status" 0
	part docker-config undo
	is "$status" 0
	said undone
	part docker-config check
	is "$status" 1
}

docker_fails() {
	case='docker-config, no container starts'
	demo 0
	params=$docker_params
	printf '{\n    "debug": false\n}\n' >"$scratch/root/etc/docker/daemon.json"
	breaks container-config
	part docker-config apply
	part docker-config verify
	is "$status" 1
	said no-container
	rm "$scratch/root/demo/fail/container-config"
	part docker-config undo
	is "$status" 0
	is "$(cat "$scratch/root/etc/docker/daemon.json")" '{
    "debug": false
}'
	case='docker-config, the daemon does not come up'
	breaks docker-start
	part docker-config apply
	is "$status" 1
	said did-not-start
	rm "$scratch/root/demo/fail/docker-start"
	part docker-config undo
	is "$status" 0
	said undone
}

measure() {
	case="measure-disks, seed $1"
	demo "$1"
	params="disk='rotational'"
	part measure-disks preflight
	is "$status" 0
	part measure-disks apply
	keep_output=yes
	part measure-disks verify
	keep_output=
	is "$status" 0
	is "$(grep -c 'fact =phase.read-speed.sd' "$scratch/marks")" 3
	case='measure-disks, a disk says nothing'
	breaks hdparm
	part measure-disks apply
	keep_output=yes
	part measure-disks verify
	keep_output=
	is "$status" 1
	said no-figure
}

for shell in $TEST_SHELLS; do
	extend 0
	docker 0
done
shell=dash
extend 7
docker 7
measure 0
measure 7
extend_fails
docker_fails
jobs
finish
