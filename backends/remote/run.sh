# shellcheck shell=sh disable=SC2154,SC2034
# run.sh DIR: runs one job, on its own, until its result is written. Its children write to files
# only.
#
# apply jobs: plan (must be what was confirmed), apply, verify; when that failed, plan again (same
# as before: nothing
# changed) and, where asked for, undo. undo jobs: undo, then check must say "not so". verify
# decides, not apply's status.

d=$1
umask 077
cd / || exit 70
mkdir "$d/begun" 2>/dev/null || exit 0
# shellcheck source=/dev/null
. "$d/env"
LC_ALL=C
DEBIAN_FRONTEND=noninteractive
TW_JOB=${d##*/}
export LC_ALL DEBIAN_FRONTEND TW_JOB
kind=apply undo_on_failure=0 limit=600 digest=
patience=${patience:-5}
read -r spec <"$d/spec"
for word in $spec; do
	case $word in
	kind=*) kind=${word#*=} ;;
	undo_on_failure=*) undo_on_failure=${word#*=} ;;
	limit=*) limit=${word#*=} ;;
	grace=0) ;;
	grace=*) patience=${word#*=} ;;
	digest=*) digest=${word#*=} ;;
	esac
done
keep=33554432
parts_plan=-1 parts_apply=-1 parts_verify=-1 parts_undo=-1

publish() { # FILE WORDS...
	file=$1
	shift
	printf '%s\n' "$*" >"$d/$file.new" && mv "$d/$file.new" "$d/$file"
}

# The identity of process PID: boot, pid, start time.
identity() {
	read -r stat <"$tw_proc/$1/stat" || stat=
	stat=${stat##*) }
	read -r boot <"$tw_proc/sys/kernel/random/boot_id"
	pid=$1
	# shellcheck disable=SC2086
	set -- $stat
	[ $# -lt 20 ] || shift 19
	printf '%s %s %s\n' "$boot" "$pid" "$1"
}

uptime_s() {
	read -r up _ <"$tw_proc/uptime"
	printf '%s\n' "${up%%.*}"
}

group_gone() { ! kill -0 "-$1" 2>/dev/null; }

# end_group PID: TERM, and when patience is over KILL, until nothing of the group is left.
end_group() {
	kill -TERM "-$1" 2>/dev/null || kill -TERM "$1" 2>/dev/null
	n=0
	until group_gone "$1" || [ $n -ge $((patience + 5)) ]; do
		[ $n -lt "$patience" ] || kill -KILL "-$1" 2>/dev/null
		sleep 1
		n=$((n + 1))
	done
}

# Frees the middle of the output; the file keeps its offsets.
punch() {
	[ -e "$d/gap" ] || return 0
	read -r at end <"$d/gap"
	fallocate -p -o "$at" -l $((end - at)) "$d/out" 2>/dev/null
}

# Notes when the output grew, for replay and for "silent since"; drops the middle of what is too
# long.
note_output() {
	size=$(wc -c <"$d/out")
	size=$((size))
	[ "$size" -ne "$seen" ] || return 0
	seen=$size
	now=$(date +%s)
	printf '%s %s\n' "$size" "$now" >>"$d/times"
	publish changed "$now"
	[ "$size" -gt $((keep * 2)) ] || return 0
	# What was announced in the turn before may be punched now: nobody reads there any more.
	punch
	publish gap "$keep $((size - keep))"
}

# watch PID: until the part ends: times, size, time limit, cancel.
watch() {
	begun=$(uptime_s)
	while sleep 1 && kill -0 "$1" 2>/dev/null; do
		note_output
		if [ -e "$d/cancel" ] && [ $stoppable = 1 ]; then
			end_group "$1"
		elif [ $(($(uptime_s) - begun)) -ge "$limit" ]; then
			: >"$d/limit.$part"
			end_group "$1"
		fi
	done
}

# call PART [STDOUT]: runs a function of the step in a process group of its own; its exit status is
# $status. The
# group writes down who it is before it does anything.
call() {
	part=$1
	publish part "$part"
	# shellcheck disable=SC2016
	body='d=$1; tw_out=$2; tw_marks=$3; part=$4
printf "%s %s\n" "$(cat "$tw_proc/sys/kernel/random/boot_id") $$" "$(
	read -r s <"$tw_proc/$$/stat"; s=${s##*) }; set -- $s; shift 19; echo "$1")" >"$d/group.new" &&
	mv "$d/group.new" "$d/group"
umask 022
. "$d/step.sh"; . "$d/params"; . "$d/step"
set --
"$part"'
	# shellcheck disable=SC2086,SC2094
	tw_proc=$tw_proc root=$root ${session}sh -c "$body" step "$d" "${2:-$d/out}" "${3:-$d/marks}" "$part" \
		</dev/null >>"${2:-$d/out}" 2>&1 &
	child=$!
	watch "$child" </dev/null >/dev/null 2>&1 &
	watcher=$!
	wait "$child"
	status=$?
	kill "$watcher" 2>/dev/null
	wait "$watcher" 2>/dev/null
	if [ -e "$d/limit.$part" ] || { [ $stoppable = 1 ] && [ -e "$d/cancel" ]; }; then
		end_group "$child"
		[ -e "$d/limit.$part" ] && status=124
	fi
	rm -f "$d/group"
	note_output
}

# Runs a part, remembers its status.
do_part() {
	call "$1"
	eval "parts_$1=\$status"
	publish parts "$parts_plan $parts_apply $parts_verify $parts_undo"
}

# Makes the plan aside; its SHA-256 in $sum.
make_plan() {
	: >"$d/$1.out"
	: >"$d/$1.marks"
	call plan "$d/$1.out" "$d/$1.marks"
	sum=$(sha256sum <"$d/$1.out")
	sum=${sum%% *}
}

stopped() {
	stop=
	[ ! -e "$d/limit.$1" ] || stop=timeout
	[ ! -e "$d/cancel" ] || stop=cancelled
	[ -n "$stop" ]
}

finish() {
	note_output
	[ ! -e "$d/gap" ] || { sleep 1 && punch; }
	rm -f "$d/params"
	date +%s >"$d/ended"
	command -v sync >/dev/null 2>&1 && { sync "$d"/* "$d" 2>/dev/null || sync; }
	publish result "$1"
	command -v sync >/dev/null 2>&1 && sync "$d/result" "$d" 2>/dev/null
	exit 0
}

# Puts back: 0 when undo said yes and check says that it is not so (any more).
put_back() {
	do_part undo
	call check "$d/check.out" "$d/check.marks"
	put=1
	[ "$parts_undo" -eq 0 ] && [ "$status" -ne 0 ] && put=0
	return $put
}

apply_job() {
	make_plan plan
	parts_plan=$status
	publish parts "$parts_plan $parts_apply $parts_verify $parts_undo"
	stopped plan && finish "$stop"
	if [ "$status" -ne 0 ] || [ "$sum" != "$digest" ]; then
		cat "$d/plan.out" >>"$d/out"
		cat "$d/plan.marks" >>"$d/marks"
		finish changed
	fi
	do_part apply
	if stopped apply; then
		[ "$undo_on_failure" = 1 ] || finish "$stop"
	else
		do_part verify
		[ "$parts_verify" -eq 0 ] && finish ok
		stopped verify && [ "$undo_on_failure" != 1 ] && finish "$stop"
	fi
	stoppable=0
	make_plan again
	[ "$status" -eq 0 ] && [ "$sum" = "$digest" ] && finish unchanged
	[ "$undo_on_failure" = 1 ] || finish half
	put_back && finish undone
	make_plan again
	[ "$status" -eq 0 ] && [ "$sum" = "$digest" ] && finish undone
	finish half
}

undo_job() {
	stoppable=0
	if put_back; then
		parts_verify=0
		publish parts "$parts_plan $parts_apply $parts_verify $parts_undo"
		finish ok
	fi
	parts_verify=1
	publish parts "$parts_plan $parts_apply $parts_verify $parts_undo"
	# An undo that said no while check says that it is still so has left nothing half-way (a grown ext4).
	[ "$parts_undo" -ne 0 ] && [ "$status" -eq 0 ] && finish unchanged
	finish half
}

seen=-1
stoppable=1
session=
command -v setsid >/dev/null 2>&1 && session='setsid '
identity "$$" >"$d/begun/who.new" && mv "$d/begun/who.new" "$d/begun/who"
date +%s >"$d/started"
publish parts "-1 -1 -1 -1"
# On disk before anything is done: after a power cut it must not look as if it had never begun, or it would be launched
# once more.
command -v sync >/dev/null 2>&1 && { sync "$d/begun/who" "$d/begun" "$d" 2>/dev/null || sync; }
case $kind in
undo) undo_job ;;
*) apply_job ;;
esac
