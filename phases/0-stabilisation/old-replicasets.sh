# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; history, namespaces, delete: parameters
# old-replicasets: how many old ReplicaSets a Deployment keeps, set for each by name; empty ones deleted by name.
#
# `kubectl patch` knows neither --all nor --all-namespaces, and status.replicas is no field selector: the documents' two
# commands fail. An empty old ReplicaSet is what `kubectl rollout undo` goes back to; the one that is in force stays even
# when its Deployment is scaled to zero.

keep=$root/var/backups/twistertui

k() { tw_kubectl --request-timeout=60s "$@"; }

# look: $deployments: NAMESPACE NAME LIMIT REVISION; $sets: NAMESPACE NAME OWNER REVISION of empty old ones.
look() {
	if ! deployments=$(tw_kube --request-timeout=60s get deployments -A -o \
		'jsonpath={range .items[*]}{.metadata.namespace}{"\t"}{.metadata.name}{"\t"}{.spec.revisionHistoryLimit}{"\t"}{.metadata.annotations.deployment\.kubernetes\.io/revision}{"\n"}{end}'); then
		say no-answer "$deployments"
		return 1
	fi
	if ! sets=$(tw_kube --request-timeout=60s get replicasets -A -o \
		'jsonpath={range .items[*]}{.metadata.namespace}{"\t"}{.metadata.name}{"\t"}{.metadata.ownerReferences[0].kind}{"\t"}{.metadata.ownerReferences[0].name}{"\t"}{.metadata.annotations.deployment\.kubernetes\.io/revision}{"\t"}{.spec.replicas}{"\t"}{.status.replicas}{"\n"}{end}'); then
		say no-answer "$sets"
		return 1
	fi
	deployments=$(printf '%s\n' "$deployments" | awk -F '\t' '
		$1 ~ /^[a-z0-9.-]+$/ && $2 ~ /^[a-z0-9.-]+$/ { print $1, $2, ($3 ~ /^[0-9]+$/ ? $3 : 10), ($4 ~ /^[0-9]+$/ ? $4 : 0) }' | sort)
	# A line a Deployment, then a line a ReplicaSet: the ones that its Deployment has left behind.
	sets=$({
		printf '%s\n' "$deployments" | awk 'NF { print $1 "\t" $2 "\t" $4 }'
		printf '%s\n' "$sets"
	} | awk -F '\t' '
		NF == 3 { now[$1, $2] = $3; next }
		$1 ~ /^[a-z0-9.-]+$/ && $2 ~ /^[a-z0-9.-]+$/ && $3 == "Deployment" && $6 == 0 && $7 + 0 == 0 && (($1, $4) in now) &&
			$5 ~ /^[0-9]+$/ && $5 != now[$1, $4] { print $1, $2, $4, $5 }' | sort)
}

in_scope() {
	case " $namespaces " in
	*' all '* | *" $1 "*) return 0 ;;
	esac
	return 1
}

# wrong: NAMESPACE NAME LIMIT of the Deployments that keep another number.
wrong() {
	printf '%s\n' "$deployments" | while read -r space name limit _; do
		if [ -z "$name" ] || ! in_scope "$space"; then continue; fi
		[ "$limit" = "$history" ] || printf '%s %s %s\n' "$space" "$name" "$limit"
	done
}

# surplus: NAMESPACE NAME OWNER REVISION of those that Kubernetes deletes by itself once the limit holds: the oldest. Some
# versions go by revision, some by age, and then by name: so it is done here, by name, and what was shown is what goes.
surplus() {
	printf '%s\n' "$sets" | sort -k 1,1 -k 3,3 -k 4,4nr | while read -r space name owner revision; do
		if [ -z "$name" ] || ! in_scope "$space"; then continue; fi
		# Those that were chosen go first, and make room.
		case " $delete " in *" $space/$name "*) continue ;; esac
		[ "$space/$owner" = "${last-}" ] || { last=$space/$owner && n=0; }
		n=$((n + 1))
		[ "$n" -le "$history" ] || printf '%s %s %s %s\n' "$space" "$name" "$owner" "$revision"
	done
}

# doomed: those that were chosen by name.
doomed() {
	for one in $delete; do
		printf '%s\n' "$sets" | awk -v one="$one" '$1 "/" $2 == one'
	done
}

choices() {
	look || return 1
	case $1 in
	namespaces)
		choice all "$(printf '%s\n' "$deployments" | grep -c .) Deployments" 1
		printf '%s\n' "$deployments" | cut -d ' ' -f 1 | sort | uniq -c | while read -r n space; do
			[ -z "$space" ] || choice "$space" "$space: $n" 0
		done
		;;
	delete)
		printf '%s\n' "$sets" | while read -r space name owner revision; do
			[ -z "$name" ] || choice "$space/$name" "$space/$owner: revision $revision" 0
		done
		;;
	esac
}

preflight() {
	if [ -z "$namespaces$delete" ]; then
		say nothing-chosen
		return 1
	fi
	look || return 1
	for one in $namespaces; do
		[ "$one" = all ] || printf '%s\n' "$deployments" | grep -q "^$one " || { say no-namespace "$one"; return 1; }
	done
	for one in $delete; do
		case $one in
		?*/?*) ;;
		*) say odd-name "$one"; return 1 ;;
		esac
		[ -n "$(printf '%s\n' "$sets" | awk -v one="$one" '$1 "/" $2 == one')" ] && continue
		# One that is gone is what was wanted.
		if k get replicaset -n "${one%%/*}" "${one#*/}" >/dev/null 2>&1; then
			say in-force "$one"
			return 1
		fi
	done
	say empty-now "$(printf '%s\n' "$sets" | grep -c .)" "$(printf '%s\n' "$deployments" | grep -c .)"
}

check() {
	look || return 1
	[ -z "$(wrong)$(surplus)$(doomed)" ] || return 1
	say already "$history"
}

plan() {
	look || return 1
	wrong | while read -r space name limit; do
		printf -- '-%s/%s: revisionHistoryLimit %s\n+%s/%s: revisionHistoryLimit %s\n' "$space" "$name" "$limit" "$space" "$name" "$history"
	done
	wrong | while read -r space name _; do
		printf '$ kubectl patch deployment -n %s %s -p %s\n' "$space" "$name" "'{\"spec\":{\"revisionHistoryLimit\":$history}}'"
	done
	surplus | while read -r space name owner revision; do
		printf -- '-%s/%s: revision %s of %s\n' "$space" "$name" "$revision" "$owner"
	done
	{ doomed; surplus; } | while read -r space name owner revision; do
		printf '$ kubectl delete replicaset -n %s %s    # revision %s of %s\n' "$space" "$name" "$revision" "$owner"
		say loses "$space/$owner" "$revision"
	done
}

apply() {
	look || return 1
	list=$(wrong)
	(umask 077 && mkdir -p "$keep" && printf '%s\n' "$list" >"$keep/old-replicasets.new" &&
		# What undo goes by is what the first run found.
		{ [ -s "$keep/old-replicasets.limits" ] && cat "$keep/old-replicasets.limits" || :; printf '%s\n' "$list"; } |
		awk 'NF && !seen[$1, $2]++' >"$keep/old-replicasets.all" &&
		mv "$keep/old-replicasets.all" "$keep/old-replicasets.limits") || return 1
	sync
	{ doomed; surplus; } | while read -r space name _; do
		k delete replicaset -n "$space" "$name" --wait=false --ignore-not-found || return 1
	done || return 1
	printf '%s\n' "$list" | while read -r space name _; do
		[ -n "$name" ] || continue
		k patch deployment -n "$space" "$name" -p "{\"spec\":{\"revisionHistoryLimit\":$history}}" || return 1
	done
}

verify() {
	tries=0 began=$(date +%s)
	while look && [ -n "$(doomed; surplus)" ] && [ "$tries" -lt 30 ] && [ $(($(date +%s) - began)) -lt 30 ]; do
		tries=$((tries + 1))
		sleep 1
	done
	look || return 1
	left=$(wrong | head -n 1)
	if [ -n "$left" ]; then
		# shellcheck disable=SC2086 # three words
		say not-set $left "$history"
		return 1
	fi
	left=$({ doomed; surplus; } | head -n 1 | cut -d ' ' -f 1,2 | tr ' ' /)
	if [ -n "$left" ]; then
		say still-there "$left"
		return 1
	fi
	fact phase.replicasets.empty "$(printf '%s\n' "$sets" | grep -c .)"
	fact phase.replicasets.limit "$history"
	say after "$history" "$(printf '%s\n' "$sets" | grep -c .)"
}

# Limits go back; a ReplicaSet that was deleted does not come back, nor does the way to its revision.
undo() {
	if [ ! -s "$keep/old-replicasets.limits" ]; then
		say undo-nothing
		return 1
	fi
	while read -r space name limit; do
		k get deployment -n "$space" "$name" >/dev/null 2>&1 </dev/null || continue
		k patch deployment -n "$space" "$name" -p "{\"spec\":{\"revisionHistoryLimit\":$limit}}" </dev/null || return 1
	done <"$keep/old-replicasets.limits" || return 1
	rm -f "$keep/old-replicasets.limits"
	say undone
}
