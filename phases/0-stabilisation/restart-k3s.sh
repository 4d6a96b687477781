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
	words=$(tw_kubectl --request-timeout=15s get nodes --no-headers 2>&1) || {
		say no-answer "$(printf '%s\n' "$words" | tail -n 1)"
		return 1
	}
	unready=$(printf '%s\n' "$words" | awk '$2 !~ /^Ready(,|$)/ { printf "%s%s", sep, $1; sep = " " }')
	[ -z "$unready" ] || { say not-ready "$unready"; return 1; }
}

# A restart is made each time it is asked for.
check() {
	return 1
}

# ready: "NAMESPACE OWNER COUNT" of the pods that are ready; a pod without an owner stands for itself.
ready() {
	tw_kubectl --request-timeout=15s get pods -A -o \
		'jsonpath={range .items[*]}{.metadata.namespace}{" "}{.metadata.name}{" "}{.metadata.ownerReferences[0].name}{" "}{.status.phase}{" "}{.status.containerStatuses[*].ready}{"\n"}{end}' |
		awk '$0 !~ / Running true( true)*$/ { next }
			{ owner = ($3 == "Running" ? $2 : $3); n[$1 " " owner]++ }
			END { for (key in n) print key, n[key] }' | sort
}

total() {
	awk '{ n += $3 } END { print n + 0 }'
}

plan() {
	before=$(ready) || { say no-answer ''; return 1; }
	printf '%s\n' "$before" | sed 's/^/  /'
	printf '  %s pods are ready\n\n$ systemctl restart k3s\n' "$(printf '%s\n' "$before" | total)"
	say meanwhile
}

apply() {
	(umask 077 && mkdir -p "$notes") || return 1
	if ! ready >"$notes/restart-k3s.new" || [ ! -s "$notes/restart-k3s.new" ]; then
		say no-answer ''
		return 1
	fi
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

# Owners that have fewer ready pods than before: "NAMESPACE/OWNER (now of before)".
fewer() {
	ready | awk 'FILENAME != "-" { was[$1 "/" $2] = $3; next }
		{ now[$1 "/" $2] = $3 }
		END { for (key in was) if (now[key] + 0 < was[key]) print key " (" now[key] + 0 "/" was[key] ")" }' \
		"$notes/restart-k3s" - | sort
}

# waited: $wait seconds are over since $began, also when kubectl took most of them.
waited() {
	[ "$tries" -ge "$wait" ] || [ $(($(date +%s) - began)) -ge "$wait" ]
}

# k3s really began anew, its API answers, and after a while every owner has as many ready pods as before.
verify() {
	if [ ! -s "$notes/restart-k3s" ] || [ ! -s "$notes/restart-k3s.began" ]; then
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
	tries=0 began=$(date +%s)
	while :; do
		if less=$(fewer) && [ -z "$less" ] && tw_kubectl --request-timeout=10s get nodes --no-headers >/dev/null 2>&1; then
			break
		fi
		tries=$((tries + 1))
		if waited; then
			if tw_kubectl --request-timeout=10s get nodes --no-headers >/dev/null 2>&1; then
				say fewer "$(printf '%s\n' "$less" | tr '\n' ' ')"
			else
				say no-answer "$(tw_kubectl --request-timeout=10s get nodes 2>&1 | tail -n 1)"
			fi
			return 1
		fi
		sleep 1
	done
	n=$(total <"$notes/restart-k3s")
	fact phase.k3s.pods.before "$n"
	fact phase.k3s.pods.after "$(ready | total)"
	say all-back "$n"
}
