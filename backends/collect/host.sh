# shellcheck shell=sh
# shellcheck disable=SC2154 # root, tw_mark and what prelude.sh sets
# host.sh: processors, memory, load, uptime, system, failed units, the largest processes.
#
# It runs every two seconds, so what is in /proc is read by the shell itself; programs are started only every
# tenth or thirtieth second, and what they said is shown again in between.

# tw_host_now: sets tw_host_cpu (the first line of /proc/stat) and tw_host_up (seconds since boot).
tw_host_now() {
	tw_line "$root"/proc/stat
	tw_host_cpu=$tw_line
	tw_line "$root"/proc/uptime
	tw_host_up=${tw_line%% *}
}

# tw_host_seldom: what hardly changes, or costs a process.
tw_host_seldom() {
	tw_host_date=$(date +%s)
	tw_host_date_up=$tw_host_up
	tw_line "$root"/proc/sys/kernel/osrelease
	tw_host_kernel=$tw_line
	tw_host_system=
	while IFS= read -r tw_line; do
		case $tw_line in
		PRETTY_NAME=*) tw_host_system=${tw_line#PRETTY_NAME=} ;;
		esac
	done <"$root"/etc/os-release
	tw_host_cpus=0
	while read -r tw_line tw_rest; do
		case $tw_line in
		cpu[0-9]*) tw_host_cpus=$((tw_host_cpus + 1)) ;;
		cpu) ;;
		*) break ;;
		esac
	done <"$root"/proc/stat
	tw_host_units=
	tw_host_units_rc=127
	if command -v systemctl >/dev/null 2>&1; then
		tw_host_units=$(tw_limit 5 systemctl --failed --no-legend --plain)
		tw_host_units_rc=$?
	fi
	: "${tw_host_page:=$(getconf PAGESIZE || echo 4096)}"
}

# tw_host_processes: the twelve with most memory: pages, pid, ticks used, tick of its start, state, name.
tw_host_processes() {
	tw_host_ps=$(cat "$root"/proc/[0-9]*/stat | awk '
		match($0, /\(.*\)/) {
			if (split(substr($0, RSTART + RLENGTH + 1), f, " ") < 22 || f[22] == 0)
				next
			printf "%s %s %.0f %s %s %s\n", f[22], $1, f[12] + f[13], f[20], f[1],
				substr($0, RSTART + 1, RLENGTH - 2)
		}' | sort -rn | head -n 12)
}

tw_host_memory() {
	tw_open memory
	while read -r tw_line tw_rest; do
		printf '%s %s\n' "$tw_line" "$tw_rest"
		case $tw_line in
		SwapFree:) break ;;
		esac
	done <"$root"/proc/meminfo
	tw_close 0
}

tw_host_print() {
	tw_host_before=${tw_host_cpu:-}
	tw_host_now
	if [ -z "$tw_host_before" ]; then
		# The first time there is nothing to compare with: wait for some ticks.
		tw_host_before=$tw_host_cpu
		if [ "${1:-}" = once ]; then
			sleep 0.5 || sleep 1
		else
			sleep 0.1
		fi
		tw_host_now
	fi
	[ $((tw_host_n % 15)) != 0 ] || tw_host_seldom
	[ $((tw_host_n % 5)) != 0 ] || tw_host_processes
	tw_host_n=$((tw_host_n + 1))
	tw_line "$root"/proc/loadavg
	tw_put load 0 "$tw_line"
	tw_put uptime 0 "$tw_host_up"
	tw_put clock 0 "$tw_host_date $tw_host_date_up"
	tw_put cpu 0 "$tw_host_before
$tw_host_cpu"
	tw_put cpus 0 "$tw_host_cpus"
	tw_host_memory
	tw_put kernel 0 "$tw_host_kernel"
	tw_put system 0 "$tw_host_system"
	tw_put units "$tw_host_units_rc" "$tw_host_units"
	tw_put pagesize 0 "$tw_host_page"
	tw_put processes 0 "$tw_host_ps"
}

tw_host_n=0
collect_host() {
	tw_host_print "$@" </dev/null 2>/dev/null
}
