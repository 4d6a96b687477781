# shellcheck shell=sh disable=SC2034,SC2154
# demo.sh: the parts of steps on the built-in EdgeServer, as its root; to be sourced after lib.sh.
#
#   demo [WHICH [SEED]]     a new one, as on 4 February
#   part STEP PART          as lib.sh's; $phase is the folder of the phase
#   tool COMMAND            as root on that server
#   breaks NAME [TEXT], mends NAME   a switch of backends/demo/README
#   job STEP [UNDO]         what run.sh makes of it; $result

demo() {
	chmod -R u+w "$scratch" 2>/dev/null
	rm -rf "${scratch:?}"/*
	world=$made/world.${1-phase-0}.${2-0}
	if [ -d "$world" ]; then
		cp -a "$world" "$scratch/root"
		return
	fi
	# Made where the copies will be: what its processes hold open is named from the top.
	mkdir "$scratch/root"
	DEMO_FAST=1 sh "$top/backends/demo/world.sh" "$scratch/root" "${1-phase-0}" "${2-0}" || exit 1
	cp -a "$scratch/root" "$world"
}

tool() {
	env -i root="$scratch/root" PATH="$scratch/root/demo/bin" DEMO_USER=root HOME="$scratch/root/root" TZ=UTC0 LC_ALL=C sh -c "$1" 2>&1
}

part() {
	[ -n "$keep_output" ] || : >"$scratch/out"
	: >"$scratch/marks"
	printf '%s\n' "$params" >"$scratch/params"
	script=$phase/$1.sh
	shift
	# shellcheck disable=SC2016 # for the shell that is started
	set -- -c '. "$1"; . "$2"; . "$3"; shift 3; sleep() { :; }
		case $PATH in */demo/bin*)
			# Not those of busybox, which would mean this very machine.
			df() { "${PATH%%:*}/df" "$@"; }
			mount() { "${PATH%%:*}/mount" "$@"; }
			umount() { "${PATH%%:*}/umount" "$@"; }
			;;
		esac; "$@"' \
		step "$top/backends/remote/step.sh" "$scratch/params" "$script" "$@"
	case $shell in
	bash) set -- bash --posix "$@" ;;
	busybox) set -- busybox sh "$@" ;;
	*) set -- dash "$@" ;;
	esac
	run=$(command -v "$1")
	shift
	status=0
	(
		cd "$scratch/root/home/twister" || exit 99
		exec env -i PATH="$scratch/root/demo/bin" root="$scratch/root" HOME="$scratch/root/root" LC_ALL=C TZ=UTC0 \
			tw_out="$scratch/out" tw_marks="$scratch/marks" DEMO_FAST=1 DEMO_USER=root "$run" "$@"
	) >>"$scratch/out" 2>&1 </dev/null || status=$?
	out=$(cat "$scratch/out")
}

breaks() {
	printf '%s\n' "${2-}" >"$scratch/root/demo/fail/$1"
}

mends() {
	rm -f "$scratch/root/demo/fail/$1"
}

# refused STEP ID: preflight says that and not yes.
refused() {
	part "$1" preflight
	[ "$status" -ne 0 ] || fail "preflight passed"
	said "$2"
}

# todo STEP, then done_ STEP: what a step does from start to end; its plan stands still.
todo() {
	part "$1" preflight
	is "$status" 0
	part "$1" check
	[ "$status" -ne 0 ] || fail "check says it is so"
	part "$1" plan
	is "$status" 0
	first=$out
	part "$1" plan
	is "$out" "$first"
}

run_() {
	part "$1" apply
	part "$1" verify
}

done_() {
	run_ "$1"
	is "$status" 0
	part "$1" check
	is "$status" 0
}

undone_() {
	part "$1" undo
	is "$status" 0
	said undone
	part "$1" check
	[ "$status" -ne 0 ] || fail "check says it is still so"
}

job() {
	part "$1" plan
	sum=$(sha256sum <"$scratch/out")
	rm -rf "$scratch/job"
	mkdir "$scratch/job"
	cp "$top/backends/remote/step.sh" "$top/backends/remote/run.sh" "$scratch/job"
	cp "$phase/$1.sh" "$scratch/job/step"
	printf '%s\n' "$params" >"$scratch/job/params"
	printf 'kind=apply undo_on_failure=%s limit=60 digest=%s\n' "${2-1}" "${sum%% *}" >"$scratch/job/spec"
	printf "PATH='%s'\nHOME='%s'\nroot='%s'\nexport PATH HOME\ntw_proc=/proc patience=%s\n" "$scratch/root/demo/bin" \
		"$scratch/root/root" "$scratch/root" "${patience:-5}" >"$scratch/job/env"
	: >"$scratch/job/out"
	: >"$scratch/job/marks"
	applet=
	[ "$shell" != busybox ] || applet='sh'
	(
		cd "$scratch/root/home/twister" || exit 99
		exec env -i PATH="$scratch/root/demo/bin" HOME="$scratch/root/root" DEMO_USER=root DEMO_FAST=1 TZ=UTC0 \
			"$(command -v "$shell")" ${applet:+"$applet"} "$scratch/job/run.sh" "$scratch/job"
	) >/dev/null 2>&1 </dev/null
	result=$(cat "$scratch/job/result" 2>/dev/null)
	cp "$scratch/job/out" "$scratch/out"
	cp "$scratch/job/marks" "$scratch/marks"
}
