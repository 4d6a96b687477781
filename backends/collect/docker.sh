# shellcheck shell=sh
# shellcheck disable=SC2154 # root, tw_mark and what prelude.sh sets
# docker.sh: the daemon, its configuration, containers, images, what they take.

# shellcheck disable=SC2016
tw_docker_inspect='{"Id":{{json .Id}},"RestartCount":{{json .RestartCount}},"Restart":{{json .HostConfig.RestartPolicy}},"Log":{{json .HostConfig.LogConfig}},"Status":{{json .State.Status}},"ExitCode":{{json .State.ExitCode}},"OOMKilled":{{json .State.OOMKilled}},"Error":{{json .State.Error}},"StartedAt":{{json .State.StartedAt}},"FinishedAt":{{json .State.FinishedAt}}}'

# tw_docker_containers: the list, and of each what the list does not say: restart policy, log limits. Fails when Docker
# was stopped between the two.
tw_docker_containers() {
	tw_docker_ps=$(tw_limit 15 docker ps -a --format '{{json .}}')
	tw_docker_rc=$?
	tw_put containers "$tw_docker_rc" "$tw_docker_ps"
	tw_docker_ids=$(printf '%s\n' "$tw_docker_ps" |
		sed -n 's/.*"ID":"\([0-9a-f]\{12,64\}\)".*/\1/p' | head -n 300)
	[ -n "$tw_docker_ids" ] || return 0
	tw_docker_on || return 1
	# shellcheck disable=SC2086 # a list of hexadecimal words
	tw_run inspect 15 docker inspect --format "$tw_docker_inspect" $tw_docker_ids
	return 0
}

# tw_docker_usage: docker walks over all volumes for it, minutes on a spinning disk: seldom, and briefly at first.
tw_docker_usage() {
	tw_docker_secs=20
	[ "$tw_docker_n" != 0 ] || tw_docker_secs=4
	[ "${tw_kind:-user}" != root ] || tw_docker_secs=4 # steps wait in that shell
	[ "$1" != once ] || tw_docker_secs=15
	tw_docker_df=$(tw_limit "$tw_docker_secs" docker system df --format '{{json .}}')
	tw_docker_df_rc=$?
}

# tw_docker_stopped: systemd says that Docker does not run ($tw_docker_unit). It must not be asked then: systemd listens
# on its socket, and any question would start what somebody has stopped.
tw_docker_stopped() {
	tw_docker_unit=$(tw_limit 5 systemctl show docker \
		-p LoadState,ActiveState,SubState,Result,ExecMainStartTimestamp,TriggeredBy)
	tw_docker_rc=$?
	case $tw_docker_unit in
	*LoadState=not-found*) return 1 ;; # not by that name: whether it runs it must say itself
	*ActiveState=inactive* | *ActiveState=failed* | *ActiveState=deactivating*) return 0 ;;
	esac
	return 1
}

# tw_docker_on: nobody has stopped it since; to be asked before each question, for a collection takes seconds. Else says
# so: the last section of a name counts.
tw_docker_on() {
	case $tw_docker_unit in
	*TriggeredBy=*docker.socket*) tw_docker_stopped || return 0 ;;
	*) return 0 ;;
	esac
	tw_docker_say_stopped
	return 1
}

tw_docker_say_stopped() {
	tw_put unit "$tw_docker_rc" "$tw_docker_unit"
	tw_docker_state=${tw_docker_unit#*ActiveState=}
	tw_put version 1 ''
	tw_put version.err 0 "systemd: ${tw_docker_state%%[!a-z]*}"
}

tw_docker_print() {
	tw_clock
	tw_run config 3 cat "$root"/etc/docker/daemon.json
	if tw_docker_stopped && command -v docker >/dev/null 2>&1; then
		tw_put info 1 ''
		tw_docker_say_stopped
		return
	fi
	tw_put unit "$tw_docker_rc" "$tw_docker_unit"
	tw_run info 15 docker info --format '{{json .}}'
	if [ "$tw_rc" = 127 ]; then
		return
	fi
	tw_docker_on || return 0
	tw_run version 8 docker version --format '{{.Server.Version}}'
	[ "$tw_rc" = 0 ] || return 0 # no daemon: docker info says 0 all the same
	tw_docker_on || return 0
	tw_docker_containers || return 0
	tw_docker_on || return 0
	tw_run images 15 docker images --format '{{json .}}'
	if [ $((tw_docker_n % 10)) = 0 ]; then
		tw_docker_on || return 0
		tw_docker_usage "${1:-}"
	fi
	tw_docker_n=$((tw_docker_n + 1))
	tw_put usage "$tw_docker_df_rc" "$tw_docker_df"
}

tw_docker_n=0
collect_docker() {
	tw_docker_print "$@" </dev/null 2>/dev/null
}

watch_docker() {
	command -v docker >/dev/null 2>&1 || exit 0
	! tw_docker_stopped </dev/null 2>/dev/null || exit 0
	# Health checks make events too (exec_start …), several a minute: only what changes a row is asked for.
	exec docker events --format '{{.Type}}' --filter event=create --filter event=start \
		--filter event=stop --filter event=die --filter event=oom --filter event=destroy \
		--filter event=rename --filter event=pause --filter event=unpause --filter event=pull \
		--filter event=delete --filter event=tag --filter event=import --filter event=load \
		--filter event=prune --filter event=reload </dev/null >&2 2>/dev/null
}
