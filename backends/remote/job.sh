# shellcheck shell=sh disable=SC2154,SC2034
# job.sh: jobs on the server: staging, starting, looking, cancelling. Needs shell.sh and probe.sh.
# $tw_step_sh and $tw_run_sh hold the texts of step.sh and run.sh.
#
# A job's folder, PLACE/jobs/ID, is made beside the others, filled, checked, synced and then moved
# there. That
# happens at most once for an ID, because whoever stages it must first have made the folder IDS/ID,
# and it begins
# at most once, because its runner must first have made the folder PLACE/jobs/ID/begun. Asking again
# is harmless.
#
#   step.sh params step  what is run        spec      the assignments run.sh reads: kind, limits,
# digest
#   meta head            kept as given      env       PATH, HOME, root for the runner
#   begun/who            who runs it        group     process group of the part that runs
#   out times            its output, when   marks     what the step said, at offsets of out
#   part parts           which part runs, and what each gave      gap     what was dropped from
# out's middle
#   cancel limit         it is to end       result    the end, written once, by rename
#
# PLACE is "$root"/var/lib/twistertui for root and ~/.local/state/twistertui for others; with less
# than 64 MiB
# free in /var/lib, root's is "$root"/run/twistertui, which a reboot forgets. IDS and the lock are
# in /run for root:
# both are about what is alive since the last boot, and must work on a full disk.

tw_proc=${tw_proc:-/proc}
# Seconds from TERM to KILL, and for an upload of another console to be published.
tw_patience=${tw_patience:-5}
tw_make=${tw_make:-1}
tw_least_kib=65536

tw_refuse() {
	printf 'refused %s\n' "$*"
	return 3
}

# tw_name NAME: a job, run or phase as we write them; never a path.
tw_name() {
	case $1 in
	'' | *[!a-z0-9.-]* | .* | -* | *..*) return 1 ;;
	esac
	[ ${#1} -le 160 ]
}

# tw_own_dir MODE PATH: PATH is a folder of ours that nobody else may write to; made when it is
# missing, unless
# this console only watches.
tw_own_dir() {
	[ -h "$2" ] && return 1
	[ -e "$2" ] || [ "$tw_make" = 1 ] || return 0
	[ -d "$2" ] || mkdir -m "$1" "$2" 2>/dev/null || [ -d "$2" ] || return 1
	tw_l=$(ls -ldn "$2/." 2>/dev/null) || return 1
	case $tw_l in
	d????-??-*) ;;
	*) return 1 ;;
	esac
	# shellcheck disable=SC2086
	set -- $tw_l
	[ "$3" = "$tw_uid" ]
}

# tw_places: finds and makes the folders: $tw_base, $tw_volatile (empty for users), $tw_ids,
# $tw_lock.
tw_places() {
	[ -z "${tw_placed-}" ] || return 0
	umask 077
	tw_uid=$(id -u)
	if [ "$tw_kind" = root ]; then
		tw_places_root
	else
		tw_places_user
	fi || return 1
	tw_own_dir 700 "$tw_ids" || return 1
	tw_placed=1
}

tw_places_root() {
	tw_base=$root/var/lib/twistertui
	tw_volatile=$root/run/twistertui
	tw_ids=$tw_volatile/ids
	tw_lock=$tw_volatile/lock
	[ "$tw_make" = 0 ] || mkdir -p "$root/var/lib" "$root/run" || return 1
	tw_own_dir 755 "$tw_volatile" && tw_own_dir 700 "$tw_volatile/jobs" &&
		tw_own_dir 755 "$tw_volatile/runs" || return 1
	# A disk so full that these cannot be made is no reason to give up: see tw_choose_place.
	tw_own_dir 755 "$tw_base" || [ ! -e "$tw_base" ] || return 1
	[ -d "$tw_base" ] || return 0
	tw_own_dir 700 "$tw_base/jobs" || [ ! -e "$tw_base/jobs" ] || return 1
	tw_own_dir 755 "$tw_base/runs" || [ ! -e "$tw_base/runs" ]
}

tw_places_user() {
	case ${HOME:-/nonexistent} in
	"${root:-//}"*) tw_base=$HOME/.local/state ;;
	*) tw_base=$root$HOME/.local/state ;;
	esac
	[ "$tw_make" = 0 ] || mkdir -p "$tw_base" || return 1
	tw_base=$tw_base/twistertui
	tw_volatile=
	tw_ids=$tw_base/ids
	tw_lock=$tw_base/lock
	tw_own_dir 700 "$tw_base" && tw_own_dir 700 "$tw_base/jobs" && tw_own_dir 700 "$tw_base/runs"
}

# tw_find ID: the published job's folder in $tw_dir.
tw_find() {
	for tw_place in "$tw_base" $tw_volatile; do
		tw_dir=$tw_place/jobs/$1
		[ -d "$tw_dir" ] && [ ! -h "$tw_dir" ] && return 0
	done
	return 1
}

# Kibibytes free for files in the place where jobs are kept; nothing when df does not know (a chroot's / is no mount).
tw_free_kib() {
	df -kP "$1" 2>/dev/null | {
		read -r _
		read -r _ _ _ tw_k _ && printf '%s\n' "$tw_k"
	}
}

# tw_room PATH KIB: so much is free there, as far as can be told; a full disk that df does not tell of shows when
# the job's files are written and read back.
tw_room() {
	tw_k=$(tw_free_kib "$1")
	case $tw_k in
	'' | *[!0-9]*) return 0 ;;
	esac
	[ "$tw_k" -ge "$2" ]
}

# tw_start_time PID: field 22 of its stat, in clock ticks; nothing when there is no such process.
# The name
# before the last ")" may hold anything.
tw_start_time() {
	read -r tw_s 2>/dev/null <"$tw_proc/$1/stat" || return 1
	tw_s=${tw_s##*) }
	# shellcheck disable=SC2086
	set -- $tw_s
	shift 19
	printf '%s\n' "$1"
}

tw_boot_id() { cat "$tw_proc/sys/kernel/random/boot_id" 2>/dev/null; }

# tw_same BOOT PID START: that very process is still there.
tw_same() {
	[ -n "$3" ] && [ "$1" = "$tw_boot" ] && [ "$(tw_start_time "$2")" = "$3" ]
}

# tw_fresh FOLDER: made in the last seconds (10, as tw_patience is 5): whoever made it may still be
# about to write down who it is.
tw_fresh() {
	if ! tw_made=$(date -r "$1" +%s 2>/dev/null); then
		[ -n "$(find "$1" -prune -mmin -1 2>/dev/null)" ]
		return
	fi
	[ $(($(date +%s) - tw_made)) -lt $((tw_patience * 2)) ]
}

# tw_alive DIR: the job's runner, or something of the part it ran, is still there. A group can
# outlive its
# first process; then a member must carry the job's name in its environment to be taken for ours.
tw_alive() {
	tw_boot=$(tw_boot_id)
	if read -r tw_b tw_p tw_t 2>/dev/null <"$1/begun/who"; then
		tw_same "$tw_b" "$tw_p" "$tw_t" && return 0
	elif tw_fresh "$1/begun"; then
		return 0
	fi
	tw_group_alive "$1"
}

tw_group_alive() {
	read -r tw_b tw_p tw_t 2>/dev/null <"$1/group" || return 1
	[ "$tw_b" = "$tw_boot" ] || return 1
	tw_same "$tw_b" "$tw_p" "$tw_t" && return 0
	[ ! -e "$tw_proc/$tw_p" ] && kill -0 "-$tw_p" 2>/dev/null || return 1
	grep -l -a -s "TW_JOB=${1##*/}" "$tw_proc"/[0-9]*/environ 2>/dev/null | grep -q .
}

# tw_state DIR: staged, running, done or lost, in $tw_st.
tw_state() {
	if [ -e "$1/result" ]; then
		tw_st='done'
	elif [ ! -d "$1/begun" ]; then
		tw_st=staged
	elif tw_alive "$1"; then
		tw_st=running
	elif [ -e "$1/result" ]; then
		tw_st='done'
	else
		tw_st=lost
	fi
}

tw_sync() {
	command -v sync >/dev/null 2>&1 || return 0
	sync "$@" 2>/dev/null || sync
}

# tw_job_start: from the assignments j_id j_previous j_kind (apply, undo) j_undo (1: undo on
# failure) j_limit (seconds) j_grace (seconds; 0: the usual) j_digest j_head j_meta j_params j_step
# j_sum (SHA-256 of params and step) j_session j_end. Prints
# "existed 0|1" and a status as tw_job_look does, or "refused WHY".
tw_job_start() {
	tw_name "$j_id" || { tw_refuse 'not a job ID'; return; }
	[ "${j_end-}" = "end $j_id" ] || { tw_refuse 'the upload is not complete'; return; }
	tw_places || { tw_refuse "$tw_base is not a safe place"; return; }
	tw_lock_ours "$j_session" || { tw_refuse 'this console does not hold the lock'; return; }
	if tw_find "$j_id"; then
		[ -d "$tw_dir/begun" ] || tw_launch
		printf 'existed 1\n'
		tw_job_look "$j_id" -1 0
		return
	fi
	tw_previous || return
	tw_choose_place || return
	tw_stage
	case $? in
	0) printf 'existed 0\n'; tw_launch ;;
	2) printf 'existed 1\n' ;;
	*) return 3 ;;
	esac
	tw_job_look "$j_id" -1 0
}

# The attempt before must have ended, as far as the server can tell. One the server knows nothing of
# is
# made impossible first, so that an upload still under way cannot come after us.
tw_previous() {
	[ -n "${j_previous-}" ] || return 0
	tw_name "$j_previous" || { tw_refuse 'not a job ID'; return; }
	if ! tw_find "$j_previous"; then
		mkdir "$tw_ids/$j_previous" 2>/dev/null
		tw_find "$j_previous" || return 0
	fi
	tw_state "$tw_dir"
	case $tw_st in
	done | lost) return 0 ;;
	esac
	tw_refuse "$j_previous is $tw_st"
}

tw_choose_place() {
	tw_into=$tw_base
	[ -n "$tw_volatile" ] || return 0
	[ -d "$tw_base/jobs" ] && tw_room "$tw_base" "$tw_least_kib" && return 0
	tw_into=$tw_volatile
	tw_room "$tw_volatile" 4096 || tw_refuse 'no space left in /var/lib and /run'
}

# tw_stage: 0 this console staged it, 2 somebody else did, 3 refused.
tw_stage() {
	tw_new=$(mktemp -d "$tw_into/jobs/.stage.XXXXXX") || { tw_refuse 'cannot make a folder'; return; }
	tw_fill "$tw_new" || { rm -rf "$tw_new"; return 3; }
	# The lock: of any number of starters only one gets past this line.
	if mkdir "$tw_ids/$j_id" 2>/dev/null && ! tw_find "$j_id" && tw_stager &&
		mv "$tw_new" "$tw_into/jobs/$j_id"; then
		tw_dir=$tw_into/jobs/$j_id
		tw_sync "$tw_into/jobs" "$tw_into"
		return 0
	fi
	rm -rf "$tw_new"
	tw_n=0
	until tw_find "$j_id" || [ $tw_n -ge "$tw_patience" ]; do
		sleep 1
		tw_n=$((tw_n + 1))
	done
	tw_find "$j_id" || { tw_refuse "$j_id was taken before and never staged"; return; }
	return 2
}

# Who stages it, so that an upload under way can be told from one that was cut off.
tw_stager() {
	printf '%s %s %s\n' "$(tw_boot_id)" "$$" "$(tw_start_time "$$")" >"$tw_ids/$j_id/who"
}

# tw_taken ID: somebody took it, and it is not published: "staged" while that may still come, else
# "lost".
tw_taken() {
	tw_boot=$(tw_boot_id)
	tw_st=lost
	if read -r tw_b tw_p tw_t 2>/dev/null <"$tw_ids/$1/who"; then
		tw_same "$tw_b" "$tw_p" "$tw_t" && tw_st=staged
	elif tw_fresh "$tw_ids/$1"; then
		tw_st=staged
	fi
}

# tw_fill DIR: writes the job's files and reads them back.
tw_fill() {
	{
		printf '%s\n' "$j_params" >"$1/params" && printf '%s\n' "$j_step" >"$1/step" &&
			printf '%s\n' "$tw_step_sh" >"$1/step.sh" && printf '%s\n' "$tw_run_sh" >"$1/run.sh" &&
			printf '%s\n' "$j_head" >"$1/head" && printf '%s\n' "$j_meta" >"$1/meta" &&
			printf '%s\n' "kind=$j_kind undo_on_failure=$j_undo limit=$j_limit grace=$j_grace digest=$j_digest" \
				>"$1/spec" && tw_environment >"$1/env" && : >"$1/out" && : >"$1/marks"
	} 2>/dev/null || { tw_refuse "cannot write to $tw_into"; return; }
	tw_sum=$(cat "$1/params" "$1/step" | sha256sum) || { tw_refuse 'sha256sum: not found'; return; }
	[ "${tw_sum%% *}" = "$j_sum" ] || { tw_refuse 'the upload is damaged'; return; }
	tw_sync "$1"/* "$1"
	return 0
}

# What the runner needs to know of this shell, as assignments.
tw_environment() {
	for tw_v in PATH HOME USER LOGNAME root KUBECONFIG; do
		eval "tw_x=\${$tw_v-}"
		[ "$tw_v" = root ] || [ -n "$tw_x" ] || continue
		printf "%s='" "$tw_v"
		while :; do
			case $tw_x in
			*\'*) ;;
			*) break ;;
			esac
			printf "%s'\\\\''" "${tw_x%%\'*}"
			tw_x=${tw_x#*\'}
		done
		printf "%s'\n" "$tw_x"
	done
	printf "export PATH HOME\n[ -z \"\${KUBECONFIG-}\" ] || export KUBECONFIG\ntw_proc='%s' patience=%s\n" \
		"$tw_proc" "$tw_patience"
}

# tw_launch: starts the runner of $tw_dir where neither sshd nor logind can end it.
tw_launch() {
	tw_sh=$(command -v sh)
	if [ "$tw_kind" = root ] && [ -d "$root/run/systemd/system" ] &&
		command -v systemd-run >/dev/null 2>&1 &&
		systemd-run --quiet --collect --unit="twistertui-${tw_dir##*/}" --property=KillMode=process \
			"$tw_sh" "$tw_dir/run.sh" "$tw_dir" </dev/null >/dev/null 2>&1 8<&-; then
		return 0
	fi
	if command -v setsid >/dev/null 2>&1; then
		setsid "$tw_sh" "$tw_dir/run.sh" "$tw_dir" </dev/null >/dev/null 2>&1 8<&- &
	else
		(
			trap '' HUP
			"$tw_sh" "$tw_dir/run.sh" "$tw_dir" </dev/null >/dev/null 2>&1 8<&- &
		)
	fi
}

tw_get() { # FILE FALLBACK: its first line in $tw_g
	tw_g=
	read -r tw_g 2>/dev/null <"$1" || [ -n "$tw_g" ] || tw_g=$2
}

# tw_job_look ID OFFSET MARKS [MOST]: the job's state as lines "NAME VALUE", marks from number MARKS
# on (1000 at most), an empty
# line, then at most 64 KiB (or MOST bytes) of output from OFFSET on (-1: none; "from" says where it
# begins, beyond what was dropped). The state is read first: when it is "done", the size is final.
tw_job_look() {
	tw_name "$1" || { tw_refuse 'not a job ID'; return; }
	tw_places || { tw_refuse "$tw_base is not a safe place"; return; }
	printf 'id %s\n' "$1"
	if ! tw_find "$1"; then
		tw_st=none
		[ ! -d "$tw_ids/$1" ] || tw_taken "$1"
		printf 'state %s\n\n' "$tw_st"
		return 0
	fi
	tw_state "$tw_dir"
	tw_size=$(wc -c <"$tw_dir/out")
	tw_now=$(date +%s)
	printf 'state %s\nsize %s\nnow %s\n' "$tw_st" "$((tw_size))" "$tw_now"
	tw_get "$tw_dir/result" -
	printf 'result %s\n' "$tw_g"
	tw_get "$tw_dir/parts" '-1 -1 -1 -1'
	printf 'parts %s\n' "$tw_g"
	tw_get "$tw_dir/part" plan
	printf 'part %s\n' "$tw_g"
	tw_get "$tw_dir/started" -
	printf 'started %s\n' "$tw_g"
	tw_get "$tw_dir/ended" -
	printf 'ended %s\n' "$tw_g"
	tw_get "$tw_dir/changed" "$tw_now"
	printf 'changed %s\n' "$tw_g"
	tw_gap_at=
	tw_gap_end=
	read -r tw_gap_at tw_gap_end 2>/dev/null <"$tw_dir/gap" &&
		printf 'gap %s %s\n' "$tw_gap_at" "$tw_gap_end"
	[ "$tw_place" = "$tw_volatile" ] && printf 'volatile 1\n'
	tw_get "$tw_dir/head" ''
	printf 'head %s\n' "$tw_g"
	tw_get "$tw_dir/meta" ''
	printf 'meta %s\n' "$tw_g"
	tw_g=$(wc -l <"$tw_dir/marks")
	printf 'marks %s\n' "$((tw_g))"
	[ "$((tw_g))" -le "$3" ] || tail -n "+$(($3 + 1))" "$tw_dir/marks" | head -n 1000 | sed 's/^/mark /'
	tw_from=$2
	[ "$tw_from" -ge 0 ] || { printf '\n'; return 0; }
	tw_most=${4:-65536}
	if [ -n "$tw_gap_at" ]; then
		if [ "$tw_from" -lt "$tw_gap_at" ]; then
			[ $((tw_gap_at - tw_from)) -ge "$tw_most" ] || tw_most=$((tw_gap_at - tw_from))
		elif [ "$tw_from" -lt "$tw_gap_end" ]; then
			tw_from=$tw_gap_end
		fi
	fi
	printf 'from %s\n\n' "$tw_from"
	[ "$tw_size" -gt "$tw_from" ] || return 0
	[ $((tw_size - tw_from)) -ge "$tw_most" ] || tw_most=$((tw_size - tw_from))
	tail -c "+$((tw_from + 1))" "$tw_dir/out" 2>/dev/null | head -c "$tw_most"
	return 0
}

# tw_job_cancel ID - MARKS: asks the runner to end the job; ends by hand what a dead runner left; a
# job that has not begun never will.
tw_job_cancel() {
	tw_name "$1" || { tw_refuse 'not a job ID'; return; }
	tw_places || { tw_refuse "$tw_base is not a safe place"; return; }
	if tw_find "$1"; then
		tw_state "$tw_dir"
		: >"$tw_dir/cancel"
		if [ "$tw_st" = staged ] && mkdir "$tw_dir/begun" 2>/dev/null; then
			rm -f "$tw_dir/params"
			date +%s >"$tw_dir/ended"
			printf 'cancelled\n' >"$tw_dir/result.new" && mv "$tw_dir/result.new" "$tw_dir/result"
		elif [ "$tw_st" = running ] && read -r tw_b tw_p tw_t 2>/dev/null <"$tw_dir/begun/who" &&
			! tw_same "$tw_b" "$tw_p" "$tw_t" && tw_group_alive "$tw_dir"; then
			tw_kill "$tw_p"
		fi
	fi
	tw_job_look "$1" -1 "${3:-0}"
}

# tw_job_launch ID - MARKS: once more, for a job that was staged and whose runner did not come.
tw_job_launch() {
	tw_name "$1" || { tw_refuse 'not a job ID'; return; }
	tw_places || { tw_refuse "$tw_base is not a safe place"; return; }
	if tw_find "$1" && [ ! -d "$tw_dir/begun" ]; then
		tw_launch
	fi
	tw_job_look "$1" -1 "${3:-0}"
}

# tw_purge: forgets jobs that ended over 30 days ago, and uploads that never became a job.
tw_purge() {
	tw_places || return 0
	for tw_place in "$tw_base" $tw_volatile; do
		for tw_dir in "$tw_place"/jobs/*.*.*; do
			[ -n "$(find "$tw_dir" -prune -type d -mtime +30 2>/dev/null)" ] || continue
			tw_run_id=${tw_dir##*/}
			tw_get "$tw_place/runs/${tw_run_id%%.*}/state" closed
			[ "$tw_g" != open ] || continue
			tw_state "$tw_dir"
			case $tw_st in
			done | lost) rm -rf "$tw_dir" ;;
			esac
		done
		find "$tw_place/jobs" -name '.stage.*' -prune -mtime +1 -exec rm -rf {} +
	done
	return 0
}
