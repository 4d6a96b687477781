# shellcheck shell=sh
# shellcheck disable=SC2154 # who: given by the caller
# sample.sh: what the server (as root, in it) has spent by now on the user $who: processor time of all that lives and of
# the children it has waited for, in milliseconds; memory that it holds now, in KiB; bytes of its ssh connections, both ways; and, of the
# whole server, processes started.
LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
pids=$(pgrep -u "$who" | tr '\n' ' ')
# The fields after the name, which may hold anything: 12 to 15 are utime, stime, cutime, cstime.
cpu=$(for pid in $pids; do cat "/proc/$pid/stat"; done 2>/dev/null |
	sed 's/.*) //' | awk -v hz="$(getconf CLK_TCK)" '{ s += $12 + $13 + $14 + $15 } END { print int(1000 * s / hz) }')
rss=$(for pid in $pids; do cat "/proc/$pid/status"; done 2>/dev/null | awk '/^VmRSS/ { s += $2 } END { print s + 0 }')
bytes=$(ss -Htnip state established '( sport = :22 )' | awk -v pids="$pids" '
	BEGIN { n = split(pids, p, " ") }
	/users:/ { ours = 0; for (i = 1; i <= n; i++) if (index($0, "pid=" p[i] ",")) ours = 1 }
	/bytes_sent/ && ours { for (i = 1; i <= NF; i++) if ($i ~ /^bytes_(sent|received):/) { split($i, b, ":"); s += b[2] } }
	END { printf "%.0f", s }')
printf '%s %s %s %s\n' "$(awk '$1 == "processes" { print $2 }' /proc/stat)" "$cpu" "$rss" "$bytes"
