# shellcheck shell=sh disable=SC2154,SC2034
# runs.sh: the lock that one console holds, and the runs through phases. Needs job.sh.

# tw_owner: reads the lock's owner into o_session o_boot o_pid o_start o_since o_who; false when
# nobody holds it. A lock without
# an owner is one being taken at this moment.
tw_owner() {
	o_session='' o_boot='' o_pid='' o_start='' o_since='' o_who=''
	[ -d "$tw_lock" ] || return 1
	read -r o_session o_boot o_pid o_start o_since o_who 2>/dev/null <"$tw_lock/owner"
	return 0
}

tw_owner_write() { # SESSION WHO
	printf '%s %s %s %s %s %s\n' "$1" "$(tw_boot_id)" "$$" "$(tw_start_time "$$")" \
		"$(date +%s)" "$2" >"$tw_lock/owner.$$" &&
		chmod 644 "$tw_lock/owner.$$" && mv "$tw_lock/owner.$$" "$tw_lock/owner"
}

# The shell that held it is gone (a lost link, a killed console, a reboot).
tw_owner_stale() {
	tw_boot=$(tw_boot_id)
	if [ -z "$o_session" ]; then
		! tw_fresh "$tw_lock"
	else
		! tw_same "$o_boot" "$o_pid" "$o_start"
	fi
}

tw_lock_ours() {
	tw_owner && [ "$o_session" = "$1" ]
}

# tw_lock_take SESSION WHO FORCE(0, 1): prints "lock ours|held|stale SINCE WHO". A stale lock is
# taken over, and so is
# one of the same session (its console came back); another's only by force. Of two who take over,
# one wins.
tw_lock_take() {
	tw_places || { tw_refuse "$tw_base is not a safe place"; return; }
	# A user's lock is in the home; what holds root's lock still goes before it.
	if [ "$tw_kind" = user ] && [ "$3" = 0 ]; then
		tw_mine=$tw_lock
		tw_lock=$root/run/twistertui/lock
		if tw_owner && [ "$o_session" != "$1" ] && ! tw_owner_stale; then
			tw_lock_say "$1"
			return
		fi
		tw_lock=$tw_mine
	fi
	if mkdir -m 755 "$tw_lock" 2>/dev/null; then
		tw_owner_write "$1" "$2"
	elif tw_owner; then
		[ "$o_session" = "$1" ] || [ "$3" = 1 ] || tw_owner_stale ||
			{ tw_lock_say "$1"; return; }
		[ ! -d "$tw_lock/taking" ] || tw_fresh "$tw_lock/taking" || rmdir "$tw_lock/taking"
		if mkdir "$tw_lock/taking" 2>/dev/null; then
			tw_owner
			if [ "$o_session" = "$1" ] || [ "$3" = 1 ] || tw_owner_stale; then
				tw_owner_write "$1" "$2"
			fi
			rmdir "$tw_lock/taking"
		fi
	fi
	tw_lock_say "$1"
}

tw_lock_say() {
	if ! tw_owner; then
		printf 'lock none\n'
	elif [ "$o_session" = "$1" ]; then
		printf 'lock ours %s %s\n' "${o_since:-0}" "$o_who"
	elif tw_owner_stale; then
		printf 'lock stale %s %s\n' "${o_since:-0}" "$o_who"
	else
		printf 'lock held %s %s\n' "${o_since:-0}" "$o_who"
	fi
}

tw_lock_look() { # SESSION
	tw_places || { tw_refuse "$tw_base is not a safe place"; return; }
	tw_lock_say "$1"
}

tw_lock_release() { # SESSION
	tw_places || return 0
	if tw_lock_ours "$1"; then
		rm -rf "$tw_lock"
	fi
	tw_lock_say "$1"
}

# tw_run_open PHASE META SESSION: PHASE-n with the lowest n never used; its mkdir is the lock.
# Prints "run ID".
tw_run_open() {
	tw_name "$1" || { tw_refuse 'not a phase'; return; }
	tw_places || { tw_refuse "$tw_base is not a safe place"; return; }
	tw_lock_ours "$3" || { tw_refuse 'this console does not hold the lock'; return; }
	tw_n=1
	while [ $tw_n -lt 10000 ]; do
		tw_id=$1-$tw_n
		if [ ! -e "$tw_base/runs/$tw_id" ] &&
			{ [ -z "$tw_volatile" ] || [ ! -e "$tw_volatile/runs/$tw_id" ]; }; then
			for tw_place in "$tw_base" $tw_volatile; do
				mkdir -m 755 "$tw_place/runs/$tw_id" 2>/dev/null || continue
				if tw_write "$tw_place/runs/$tw_id/meta" "$2" &&
					tw_write "$tw_place/runs/$tw_id/state" open; then
					tw_sync "$tw_place/runs/$tw_id" "$tw_place/runs"
					printf 'run %s\n' "$tw_id"
					return 0
				fi
			done
		fi
		tw_n=$((tw_n + 1))
	done
	tw_refuse 'cannot make a run'
}

tw_write() { # FILE LINE
	printf '%s\n' "$2" 2>/dev/null >"$1.new" && chmod 644 "$1.new" && mv "$1.new" "$1"
}

# tw_run_close RUN STATE META SESSION: finished or abandoned.
tw_run_close() {
	tw_name "$1" || { tw_refuse 'not a run'; return; }
	tw_places || { tw_refuse "$tw_base is not a safe place"; return; }
	tw_lock_ours "$4" || { tw_refuse 'this console does not hold the lock'; return; }
	for tw_place in "$tw_base" $tw_volatile; do
		[ -d "$tw_place/runs/$1" ] || continue
		tw_write "$tw_place/runs/$1/meta" "$3" && tw_write "$tw_place/runs/$1/state" "$2" &&
			printf 'run %s\n' "$1" && return 0
		tw_refuse "cannot write to $tw_place"
		return
	done
	tw_refuse "no run $1"
}

# tw_runs: all runs with their jobs: "run ID", "run-state STATE", "run-meta META", then its jobs as
# tw_job_look prints them.
# A user sees the states of root's runs, too, but not their jobs. A run that crashed while it was
# opened has no state: it is not listed.
tw_runs() {
	tw_places || { tw_refuse "$tw_base is not a safe place"; return; }
	[ "$tw_kind" = root ] || set -- "$root/var/lib/twistertui" "$root/run/twistertui"
	for tw_home in "$tw_base" $tw_volatile "$@"; do
		for tw_r in "$tw_home"/runs/*; do
			if [ ! -f "$tw_r/state" ] || [ -h "$tw_r" ]; then
				continue
			fi
			tw_get "$tw_r/state" open
			printf 'run %s\nrun-state %s\n' "${tw_r##*/}" "$tw_g"
			tw_get "$tw_r/meta" ''
			printf 'run-meta %s\n\n' "$tw_g"
			for tw_place in "$tw_base" $tw_volatile; do
				for tw_j in "$tw_place/jobs/${tw_r##*/}".*; do
					[ -d "$tw_j" ] && tw_job_look "${tw_j##*/}" -1 0
				done
			done
		done
	done
	return 0
}
