# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; restarts, delete, zero: parameters
# sick-pods: pods that restart again and again or cannot start: looked into, then deleted, scaled to zero, or left.
#
# `status.phase!=Running` does not find them: a pod in CrashLoopBackOff has the phase Running. A pod that something owns
# comes back when it is deleted; what owns it has to be scaled to zero instead.

keep=$root/var/backups/twistertui

k() { tw_kubectl --request-timeout=60s "$@"; }

# look: $pods: NAMESPACE NAME UID OWNER RESTARTS WHY of all pods; OWNER is "-" when there is none.
look() {
	if ! sets=$(tw_kube --request-timeout=60s get replicasets -A -o \
		'jsonpath={range .items[*]}{.metadata.namespace}{"\t"}{.metadata.name}{"\t"}{.metadata.ownerReferences[0].kind}{"\t"}{.metadata.ownerReferences[0].name}{"\n"}{end}'); then
		say no-answer "$sets"
		return 1
	fi
	if ! pods=$(tw_kube --request-timeout=60s get pods -A -o \
		'jsonpath={range .items[*]}{.metadata.namespace}{"\t"}{.metadata.name}{"\t"}{.metadata.uid}{"\t"}{.metadata.ownerReferences[0].kind}{"\t"}{.metadata.ownerReferences[0].name}{"\t"}{.status.containerStatuses[*].restartCount}{"\t"}{.status.containerStatuses[*].state.waiting.reason}{"\t"}{.status.phase}{"\n"}{end}'); then
		say no-answer "$pods"
		return 1
	fi
	pods=$(printf '%s\n===\n%s\n' "$sets" "$pods" | awk -F '\t' '
		$0 == "===" { second = 1; next }
		!second { if ($3 == "Deployment") owner_of[$1, $2] = "deployment/" $4; next }
		$1 !~ /^[a-z0-9.-]+$/ || $2 !~ /^[a-z0-9.-]+$/ { next }
		{
			owner = "-"
			if ($4 == "ReplicaSet" && (($1, $5) in owner_of))
				owner = owner_of[$1, $5]
			else if ($4 ~ /^[A-Za-z]+$/ && $5 ~ /^[a-z0-9.-]+$/)
				owner = tolower($4) "/" $5
			n = split($6, r, " ")
			sum = 0
			for (i = 1; i <= n; i++)
				sum += r[i]
			why = $7
			sub(/ .*/, "", why)
			if (why !~ /^[A-Za-z]+$/)
				why = $8 ~ /^[A-Za-z]+$/ ? $8 : "?"
			print $1, $2, ($3 ~ /^[A-Za-z0-9-]+$/ ? $3 : "?"), owner, sum, why
		}' | sort)
	sick=$(printf '%s\n' "$pods" | awk -v least="$restarts" '
		$6 != "Failed" && $6 != "Succeeded" && ($5 + 0 >= least + 0 ||
			$6 ~ /^(CrashLoopBackOff|ImagePullBackOff|ErrImagePull|InvalidImageName|CreateContainerConfigError|CreateContainerError|RunContainerError)$/)')
}

# pod NAMESPACE/NAME: its line.
pod() {
	printf '%s\n' "$pods" | awk -v one="$1" '$1 "/" $2 == one'
}

replicas() { # NAMESPACE KIND/NAME
	k get "$2" -n "$1" -o 'jsonpath={.spec.replicas}' 2>/dev/null
}

choices() {
	look || return 1
	case $1 in
	delete)
		printf '%s\n' "$sick" | while read -r space name _ owner count why; do
			[ -n "$name" ] || continue
			choice "$space/$name" "$space/$name: $why restarts=$count owner=$owner" \
				"$([ "$owner" = - ] && echo 1 || echo 0)"
		done
		;;
	zero)
		printf '%s\n' "$sick" | awk '$4 ~ /^(deployment|statefulset)\// { n[$1 "/" $4]++; r[$1 "/" $4] += $5 } END { for (i in n) print i, n[i], r[i] }' |
			sort | while read -r one n count; do
			choice "$one" "$one: pods=$n restarts=$count" 1
		done
		;;
	esac
}

# report NAMESPACE NAME: what one would look at by hand.
report() {
	printf '\n--- %s/%s\n$ kubectl describe pod -n %s %s\n' "$1" "$2" "$1" "$2"
	k describe pod -n "$1" "$2" 2>&1 | tail -n 25
	# Of the one that ended, when there was one: it knows why.
	printf '$ kubectl logs -n %s %s --previous --tail=15\n' "$1" "$2"
	{ k logs -n "$1" "$2" --all-containers --previous --tail=15 2>/dev/null ||
		k logs -n "$1" "$2" --all-containers --tail=15 2>&1; } | tail -n 15
	printf '$ kubectl get events -n %s --field-selector involvedObject.name=%s\n' "$1" "$2"
	k get events -n "$1" --field-selector "involvedObject.name=$2" 2>&1 | tail -n 8
}

reports() {
	printf '%s\n' "$sick" | head -n 6 | while read -r space name _; do
		[ -z "$name" ] || report "$space" "$name"
	done
}

preflight() {
	look || return 1
	printf '%s\n' "$sick" | while read -r space name _ owner count why; do
		[ -n "$name" ] || continue
		if [ "$owner" = - ]; then
			say sick "$space/$name" "$why" "$count"
		else
			say sick-owned "$space/$name" "$why" "$count" "$owner"
		fi
	done
	if [ -z "$delete$zero" ]; then
		[ -n "$sick" ] || return 0
		reports
		say nothing-chosen "$(printf '%s\n' "$sick" | grep -c .)"
		return 1
	fi
	for one in $zero; do
		case $one in
		?*/deployment/?* | ?*/statefulset/?*) ;;
		*) say odd-name "$one"; return 1 ;;
		esac
		if [ -z "$(replicas "${one%%/*}" "${one#*/}")" ]; then
			say not-there "$one"
			return 1
		fi
	done
	for one in $delete; do
		line=$(pod "$one")
		if [ -z "$line" ]; then
			case $one in
			?*/?*) continue ;; # gone is what was wanted
			*) say odd-name "$one"; return 1 ;;
			esac
		fi
		if [ -z "$(printf '%s\n' "$sick" | awk -v one="$one" '$1 "/" $2 == one')" ]; then
			say not-sick "$one"
			return 1
		fi
		owner=$(printf '%s\n' "$line" | cut -d ' ' -f 4)
		case " $zero " in
		*" ${one%%/*}/$owner "*) ;;
		*) [ "$owner" = - ] || say owned "$one" "$owner" ;;
		esac
	done
}

check() {
	look || return 1
	if [ -z "$delete$zero" ]; then
		[ -z "$sick" ] || return 1
		say none
		return 0
	fi
	for one in $zero; do
		[ "$(replicas "${one%%/*}" "${one#*/}")" = 0 ] || return 1
	done
	for one in $delete; do
		[ -z "$(pod "$one")" ] || return 1
	done
	say already
}

plan() {
	look || return 1
	for one in $zero; do
		now=$(replicas "${one%%/*}" "${one#*/}")
		[ "$now" != 0 ] || continue
		printf -- '-%s: %s replicas\n+%s: 0 replicas\n$ kubectl scale -n %s %s --replicas=0\n' "$one" "$now" "$one" "${one%%/*}" "${one#*/}"
	done
	for one in $delete; do
		line=$(pod "$one")
		[ -n "$line" ] || continue
		printf '$ kubectl delete pod -n %s %s    # <- %s\n' "${one%%/*}" "${one#*/}" "$(printf '%s\n' "$line" | cut -d ' ' -f 4)"
	done
	say kept "${keep#"$root"}/sick-pods"
}

apply() {
	look || return 1
	(umask 077 && mkdir -p "$keep/sick-pods") || return 1
	for one in $delete; do
		line=$(pod "$one")
		[ -n "$line" ] || continue
		report "${one%%/*}" "${one#*/}"
		(umask 077 && k get pod -n "${one%%/*}" "${one#*/}" -o yaml >"$keep/sick-pods/$(printf %s "$one" | tr / _).yaml") || return 1
	done
	# Whoever is there now has not come back.
	printf '%s\n' "$pods" | cut -d ' ' -f 3 >"$keep/sick-pods.before" && : >"$keep/sick-pods.deleted" || return 1
	for one in $zero; do
		now=$(replicas "${one%%/*}" "${one#*/}")
		[ "$now" != 0 ] || continue
		{ grep -v "^$one " "$keep/sick-pods.scaled" 2>/dev/null; printf '%s %s\n' "$one" "$now"; } >"$keep/sick-pods.new"
		mv "$keep/sick-pods.new" "$keep/sick-pods.scaled" && sync
		k scale -n "${one%%/*}" "${one#*/}" --replicas=0 || return 1
	done
	for one in $delete; do
		line=$(pod "$one")
		[ -n "$line" ] || continue
		printf '%s\n' "$line" >>"$keep/sick-pods.deleted"
		k delete pod -n "${one%%/*}" "${one#*/}" --wait=false --ignore-not-found || return 1
	done
}

# Who is still there of what was deleted, by its UID: a pod of the same name may be a new one.
still() {
	while read -r space name uid _; do
		printf '%s\n' "$pods" | awk -v space="$space" -v uid="$uid" '$1 == space && $3 == uid { print $1 "/" $2 }'
	done <"$keep/sick-pods.deleted"
	for one in $zero; do
		printf '%s\n' "$pods" | awk -v space="${one%%/*}" -v owner="${one#*/}" '$1 == space && $4 == owner && $6 != "Failed" { print $1 "/" $2 }'
	done
}

# "NAMESPACE/NAME OWNER" of pods that stand in the place of deleted ones.
back() {
	before=$(tr '\n' ' ' <"$keep/sick-pods.before")
	while read -r space name _ owner _; do
		case " $zero " in *" $space/$owner "*) continue ;; esac
		printf '%s\n' "$pods" | awk -v space="$space" -v name="$name" -v owner="$owner" -v before="$before" '
			$1 == space && $6 != "Failed" && ($2 == name || (owner != "-" && $4 == owner && !index(before, $3))) { print $1 "/" $2, $4 }'
	done <"$keep/sick-pods.deleted"
}

verify() {
	for one in deleted before; do
		[ -r "$keep/sick-pods.$one" ] || : >"$keep/sick-pods.$one" || return 1
	done
	# A minute, also where kubectl takes long.
	tries=0 began=$(date +%s)
	while look && left=$(still) && [ -n "$left" ] && [ "$tries" -lt 60 ] && [ $(($(date +%s) - began)) -lt 60 ]; do
		tries=$((tries + 1))
		sleep 1
	done
	look || return 1
	left=$(still | head -n 1)
	if [ -n "$left" ]; then
		say still-there "$left"
		return 1
	fi
	# What comes back does so within seconds.
	tries=0
	while [ "$tries" -lt 5 ]; do
		again=$(back | head -n 1)
		if [ -n "$again" ]; then
			# shellcheck disable=SC2086 # two words
			say comes-back $again
			return 1
		fi
		tries=$((tries + 1))
		sleep 1
		look || return 1
	done
	for one in $zero; do
		if [ "$(replicas "${one%%/*}" "${one#*/}")" != 0 ]; then
			say scaled-back "$one"
			return 1
		fi
	done
	fact phase.pods.sick "$(printf '%s\n' "$sick" | grep -c .)"
	say after "$(printf '%s\n' "$sick" | grep -c .)"
}

# What was scaled gets its replicas back; a pod that nothing owned does not come back, its manifest was kept.
undo() {
	if [ ! -s "$keep/sick-pods.scaled" ]; then
		say undo-nothing "${keep#"$root"}/sick-pods"
		return 1
	fi
	while read -r one count; do
		case " $zero " in *" $one "*) ;; *) continue ;; esac
		k scale -n "${one%%/*}" "${one#*/}" --replicas="$count" </dev/null || return 1
		say scaled-again "$one" "$count"
	done <"$keep/sick-pods.scaled"
	rm -f "$keep/sick-pods.scaled"
	say undone
}
