# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; wait: this step's parameter, in seconds
# restart-k3s: k3s is restarted, and what ran before runs afterwards: counted by what owns the pods, not by their names.
#
# Containers go on while k3s restarts; the API does not answer meanwhile. A pod that is replaced has another name and the
# same owner.

notes=$root/var/backups/twistertui

preflight() {
	for tool in systemctl awk sort; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
	load=$(systemctl show k3s -p LoadState 2>/dev/null)
	if [ "$load" != LoadState=loaded ]; then
		say no-k3s
		return 1
	fi
	state=$(systemctl is-active k3s 2>/dev/null)
	if [ "$state" != active ]; then
		say not-active "${state:-?}"
		return 1
	fi
	nodes=$(tw_kube --request-timeout=15s get nodes --no-headers) || { say no-answer "$nodes"; return 1; }
	unready=$(printf '%s\n' "$nodes" | awk '$2 !~ /^Ready(,|$)/ { printf "%s%s", sep, $1; sep = " " }')
	[ -z "$unready" ] || { say not-ready "$unready"; return 1; }
}

# A restart is made each time it is asked for.
check() {
	return 1
}

total() {
	awk '{ n += $3 } END { print n + 0 }'
}

plan() {
	before=$(tw_pods_ready) || { say no-answer "$before"; return 1; }
	printf '%s\n' "$before" | sed 's/^/  /'
	printf '  %s pods are ready\n\n$ systemctl restart k3s\n' "$(printf '%s\n' "$before" | total)"
	say meanwhile
}

apply() {
	(umask 077 && mkdir -p "$notes") || return 1
	before=$(tw_pods_ready) || { say no-answer "$before"; return 1; }
	printf '%s\n' "$before" >"$notes/restart-k3s.new" || return 1
	systemctl show k3s -p MainPID,ExecMainStartTimestampMonotonic >"$notes/restart-k3s.began" || return 1
	mv "$notes/restart-k3s.new" "$notes/restart-k3s" && sync || return 1
	systemctl restart k3s || { journalctl -u k3s -n 12 --no-pager -o cat; return 1; }
	tries=0 began=$(date +%s)
	until tw_kubectl --request-timeout=10s get nodes --no-headers >/dev/null 2>&1; do
		tries=$((tries + 1))
		waited && break
		sleep 1
	done
}

# waited: $wait seconds are over since $began, also when kubectl took most of them.
waited() {
	[ "$tries" -ge "$wait" ] || [ $(($(date +%s) - began)) -ge "$wait" ]
}

# k3s really began anew, its API answers, and after a while every owner has as many ready pods as before.
verify() {
	if [ ! -e "$notes/restart-k3s" ] || [ ! -s "$notes/restart-k3s.began" ]; then
		say no-record
		return 1
	fi
	if [ "$(systemctl is-active k3s 2>/dev/null)" != active ]; then
		say not-active "$(systemctl is-active k3s 2>/dev/null)"
		return 1
	fi
	if [ "$(systemctl show k3s -p MainPID,ExecMainStartTimestampMonotonic 2>/dev/null)" = "$(cat "$notes/restart-k3s.began")" ]; then
		say not-restarted
		return 1
	fi
	tw_pods_back "$notes/restart-k3s" "$wait"
	case $? in
	0) ;;
	1) say fewer "$tw_less"; return 1 ;;
	*) say no-answer "$tw_less"; return 1 ;;
	esac
	n=$(total <"$notes/restart-k3s")
	fact phase.k3s.pods.before "$n"
	fact phase.k3s.pods.after "$(printf '%s\n' "$tw_now" | total)"
	say all-back "$n"
}
