# shellcheck shell=sh disable=SC2154,SC2034
# probe.sh: runs one part of a step that changes nothing, with a time limit of the server's own, so
# that
# nothing is left behind when the link is lost meanwhile. Needs shell.sh; $tw_step_sh holds
# step.sh's text.

# tw_kill GROUP: ends a process group, TERM then KILL, and waits until it is gone (about 6 s at
# most).
tw_kill() {
	kill -TERM "-$1" 2>/dev/null || kill -TERM "$1" 2>/dev/null || return 0
	tw_n=0
	while kill -0 "-$1" 2>/dev/null && [ $tw_n -lt 5 ]; do
		sleep 1
		tw_n=$((tw_n + 1))
	done
	kill -KILL "-$1" 2>/dev/null
	return 0
}

# tw_probe SECONDS PARAMS STEP CALL: CALL is a part and its argument, quoted. Exit status: the
# part's; 124
# past its limit. A line on descriptor 8 ends it at once: whoever asked wants no answer any more. The text goes to the new sh through a pipe, as one command whose standard input is
# /dev/null: it stands in no argument vector, no environment and no file.
tw_probe() {
	cd / || return 70
	tw_text="tw_mark=$tw_mark
$tw_step_sh
umask 022
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND
{
$2
$3
$4
exit
} </dev/null"
	tw_t0=$(tw_uptime)
	if command -v setsid >/dev/null 2>&1; then
		printf '%s\n' "$tw_text" | setsid sh 2>&1 9>&1 8<&- &
	else
		printf '%s\n' "$tw_text" | sh 2>&1 9>&1 8<&- &
	fi
	tw_pid=$!
	trap 'tw_kill "$tw_pid"; exit 143' TERM HUP
	(
		trap - TERM HUP
		# By the clock: on a slow server sixty sleeps are more than a minute, and the console gives up on a shell
		# that says nothing.
		while kill -0 "$tw_pid" 2>/dev/null; do
			sleep 1
			[ $(($(tw_uptime) - tw_t0)) -le "$1" ] || tw_kill "$tw_pid"
		done
	) </dev/null >/dev/null 2>&1 9>&- 8<&- &
	tw_dog=$!
	(
		trap - TERM HUP
		read -r tw_r <&8 && tw_kill "$tw_pid"
	) </dev/null >/dev/null 2>&1 9>&- &
	tw_ear=$!
	wait "$tw_pid"
	tw_status=$?
	# Waited for: one that is only about to end could still take the first byte of the next request. KILL,
	# because a TERM that comes while it is being made can get lost, and then it would be waited for for ever.
	{
		kill -KILL "$tw_ear"
		wait "$tw_ear"
	} 2>/dev/null
	if [ "$tw_status" -gt 128 ] && [ $(($(tw_uptime) - tw_t0)) -gt "$1" ]; then
		tw_status=124
	else
		kill "$tw_dog" 2>/dev/null
	fi
	return "$tw_status"
}

# Seconds since the server started: a clock that nobody sets.
tw_uptime() {
	read -r tw_u _ <"${tw_proc:-/proc}/uptime" || tw_u=0
	printf '%s\n' "${tw_u%%.*}"
}
