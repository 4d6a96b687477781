# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; which is this step's parameter
# evicted-pods: pods that have failed for good and lie about: evicted ones, or all.
#
# Deleted by name, as they were shown, and never "all that failed": what fails meanwhile is somebody's to look at. Those of
# a Job are its record and stay.

keep=$root/var/backups/twistertui
batch=50 # names a kubectl call

k() { tw_kubectl --request-timeout=60s "$@"; }

# failed: NAMESPACE NAME REASON OWNER-KIND of failed pods, one a line; what kubectl says when it cannot tell.
failed() {
	tw_kube --request-timeout=60s get pods -A --field-selector=status.phase=Failed -o \
		'jsonpath={range .items[*]}{.metadata.namespace}{"\t"}{.metadata.name}{"\t"}{.status.reason}{"\t"}{.metadata.ownerReferences[0].kind}{"\n"}{end}'
}

# look: $list, sorted. 1: the cluster does not answer.
look() {
	if ! all=$(failed); then
		say no-answer "$all"
		return 1
	fi
	list=$(printf '%s\n' "$all" | awk -F '\t' -v which="$which" '
		$1 ~ /^[a-z0-9.-]+$/ && $2 ~ /^[a-z0-9.-]+$/ && $4 != "Job" && (which == "failed" || $3 == "Evicted") {
			print $1, $2, ($3 ~ /^[A-Za-z]+$/ ? $3 : "Failed")
		}' | sort)
	jobs=$(printf '%s\n' "$all" | awk -F '\t' '$4 == "Job" { n++ } END { print n + 0 }')
}

count() {
	printf '%s\n' "$1" | grep -c .
}

choices() {
	which=evicted
	look || return 1
	choice evicted "$(count "$list") Evicted" 0
	which=failed
	look || return 1
	choice failed "$(count "$list") Failed" 1
}

preflight() {
	look || return 1
	[ "$jobs" -eq 0 ] || say of-jobs "$jobs"
	if k get nodes -o 'jsonpath={range .items[*]}{.status.conditions[?(@.type=="DiskPressure")].status}{"\n"}{end}' 2>/dev/null |
		grep -q True; then
		say pressure
	fi
}

check() {
	look || return 1
	[ -z "$list" ] || return 1
	say already
}

plan() {
	look || return 1
	printf '%s\n' "$list" | awk '{ n[$1 " " $3]++ } END { for (i in n) print n[i], i }' | sort -rn | while read -r n space reason; do
		printf '%s: %s x %s\n' "$space" "$n" "$reason"
	done
	printf '\n'
	printf '%s\n' "$list" | while read -r space name reason; do
		printf '$ kubectl delete pod -n %s %s    # %s\n' "$space" "$name" "$reason"
	done
	say deletes "$(count "$list")"
}

apply() {
	look || return 1
	(umask 077 && mkdir -p "$keep" && printf '%s\n' "$list" >"$keep/evicted-pods.list") || return 1
	fact phase.pods.failed.before "$(count "$list")"
	printf '%s\n' "$list" | cut -d ' ' -f 1 | sort -u | while read -r space; do
		names=$(printf '%s\n' "$list" | awk -v space="$space" '$1 == space { print $2 }')
		# shellcheck disable=SC2086 # one name a word
		set -- $names
		while [ $# -gt 0 ]; do
			some='' n=0
			while [ $# -gt 0 ] && [ "$n" -lt "$batch" ]; do
				some="$some $1" n=$((n + 1))
				shift
			done
			# shellcheck disable=SC2086
			k delete pods -n "$space" --wait=false --ignore-not-found $some || return 1
		done
	done
}

verify() {
	tries=0 began=$(date +%s)
	while look && [ -n "$list" ] && [ "$tries" -lt 30 ] && [ $(($(date +%s) - began)) -lt 30 ]; do
		tries=$((tries + 1))
		sleep 1
	done
	[ "${list-?}" != '?' ] || return 1
	if [ -n "$list" ]; then
		old=$(printf '%s\n' "$list" | while read -r line; do
			! grep -qxF "$line" "$keep/evicted-pods.list" 2>/dev/null || printf '%s\n' "$line"
		done)
		if [ -n "$old" ]; then
			say still-there "$(count "$old")"
		else
			say more-came "$(count "$list")"
		fi
		return 1
	fi
	fact phase.pods.failed.after 0
	say gone
}
