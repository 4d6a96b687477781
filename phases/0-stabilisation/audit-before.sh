# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; when is this step's parameter
# audit-before, and audit-after with when=after: 14 looks at the cluster, 8 at the host, as findings with a severity, to be
# compared. Nothing is changed but the record of what was found, in /var/backups/twistertui.

keep=$root/var/backups/twistertui
many=100 # restarts from which a pod is worth a warning

k() { tw_kubectl --request-timeout=30s "$@"; }

# finding SEVERITY NAME DETAIL: critical, warning, ok or unknown.
finding() {
	printf '%s\t%s\t%s\n' "$1" "$2" "$(printf '%s\n' "$3" | head -n 1 | cut -c 1-160 | tr -d '\000-\037\177')"
}

# number NAME COUNT SEVERITY [DETAIL]: ok when there are none.
number() {
	if [ "$2" = 0 ]; then
		finding ok "$1" 0
	else
		finding "$3" "$1" "$2${4:+ ($4)}"
	fi
}

# count TEXT, first TEXT: of lines that are not empty.
count() { printf '%s\n' "$1" | grep -c .; }
first() { printf '%s\n' "$1" | sed '/^$/d' | head -n 1; }

# of NAME SEVERITY KUBECTL-WORDS… : a finding from what kubectl lists; each line is one too many. awk's program in $keep_lines.
of() {
	name=$1 severity=$2
	shift 2
	if ! lines=$(k "$@" 2>&1); then
		finding unknown "$name" "$(printf '%s\n' "$lines" | tail -n 1)"
		return
	fi
	lines=$(printf '%s\n' "$lines" | awk -F '\t' -v many="$many" "$keep_lines")
	number "$name" "$(count "$lines")" "$severity" "$(first "$lines")"
}

# shellcheck disable=SC2016 # awk's own
node_condition() { # TYPE
	keep_lines='$2 == "True" { print $1 }'
	of "node $1" critical get nodes -o \
		"jsonpath={range .items[*]}{.metadata.name}{\"\\t\"}{.status.conditions[?(@.type==\"$1\")].status}{\"\\n\"}{end}"
}

# Each line is single-quoted awk, and jsonpath in kubectl's own words.
# shellcheck disable=SC2016
cluster() {
	if ! said=$(k get nodes 2>&1); then
		finding critical 'cluster' "$(printf '%s\n' "$said" | tail -n 1)"
		return
	fi
	ready='jsonpath={range .items[*]}{.metadata.name}{"\t"}{.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}'
	keep_lines='NF && $2 != "True" { print $1 }'
	of 'node not Ready' critical get nodes -o "$ready"
	node_condition DiskPressure
	node_condition MemoryPressure
	node_condition PIDPressure
	names='jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{"\n"}{end}'
	keep_lines='NF { print }'
	of 'pods Pending' warning get pods -A --field-selector=status.phase=Pending -o "$names"
	of 'pods Failed' warning get pods -A --field-selector=status.phase=Failed -o "$names"
	state='jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{"\t"}{.status.containerStatuses[*].state.waiting.reason}{"\t"}{.status.containerStatuses[*].restartCount}{"\n"}{end}'
	keep_lines='$2 ~ /CrashLoopBackOff/ { print $1 }'
	of 'pods CrashLoopBackOff' warning get pods -A -o "$state"
	keep_lines='$2 ~ /Image/ { print $1 ": " $2 }'
	of 'pods without image' warning get pods -A -o "$state"
	keep_lines='{ n = split($3, r, " "); for (i = 1; i <= n; i++) if (r[i] + 0 >= many) { print $1 ": " r[i]; break } }'
	of "pods with $many restarts" warning get pods -A -o "$state"
	replicas='jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{"\t"}{.spec.replicas}{"\t"}{.status.readyReplicas}{"\n"}{end}'
	keep_lines='$2 + 0 > $3 + 0 { print $1 ": " $3 + 0 "/" $2 }'
	of 'deployments not ready' warning get deployments -A -o "$replicas"
	of 'statefulsets not ready' critical get statefulsets -A -o "$replicas"
	keep_lines='NF && $2 == 0 { print $1 }'
	of 'ReplicaSets empty' warning get replicasets -A -o "$replicas"
	keep_lines='$2 == "Terminating" { print $1 }'
	of 'namespaces Terminating' warning get namespaces -o 'jsonpath={range .items[*]}{.metadata.name}{"\t"}{.status.phase}{"\n"}{end}'
	keep_lines='NF { print }'
	of 'events Warning' warning get events -A --field-selector=type=Warning -o \
		'jsonpath={range .items[*]}{.reason} {.involvedObject.name}{"\n"}{end}'
}

# percent NAME VALUE WARNING CRITICAL
percent() {
	case $2 in
	'' | *[!0-9]*) finding unknown "$1" '?' ;;
	*)
		if [ "$2" -ge "$4" ]; then
			finding critical "$1" "$2 %"
		elif [ "$2" -ge "$3" ]; then
			finding warning "$1" "$2 %"
		else
			finding ok "$1" "$2 %"
		fi
		;;
	esac
}

units() {
	if ! lines=$(systemctl --failed --no-legend --plain 2>&1); then
		finding unknown 'units failed' "$lines"
	else
		number 'units failed' "$(count "$lines")" warning "$(first "$lines" | cut -d ' ' -f 1)"
	fi
}

clock() {
	case $(timedatectl show -p NTPSynchronized 2>/dev/null) in
	NTPSynchronized=yes) finding ok 'clock synchronized' yes ;;
	NTPSynchronized=no) finding warning 'clock synchronized' no ;;
	*) finding unknown 'clock synchronized' 'timedatectl ?' ;;
	esac
}

reboot() {
	if [ -e "$root/run/reboot-required" ] || [ -e "$root/var/run/reboot-required" ]; then
		finding warning 'reboot pending' "$(head -n 3 "$root/run/reboot-required.pkgs" 2>/dev/null | tr '\n' ' ')"
	else
		finding ok 'reboot pending' no
	fi
}

# The certificates of k3s last a year and are made anew when it starts, if they end within 90 days.
certificates() {
	places=
	for one in "$root"/var/lib/rancher/k3s/server/tls/*.crt "$root"/var/lib/rancher/k3s/agent/*.crt; do
		[ ! -r "$one" ] || places="$places $one"
	done
	if [ -z "$places" ]; then
		finding ok certificates '-'
		return
	fi
	if ! command -v openssl >/dev/null 2>&1; then
		finding unknown certificates 'openssl ?'
		return
	fi
	worst=ok which=
	for one in $places; do
		if ! openssl x509 -in "$one" -noout -checkend 0 >/dev/null 2>&1; then
			worst=critical which=${one##*/}
		elif [ "$worst" != critical ] && ! openssl x509 -in "$one" -noout -checkend 2592000 >/dev/null 2>&1; then
			worst=warning which=${one##*/}
		fi
	done
	finding "$worst" certificates "${which:-$(printf '%s\n' "$places" | wc -w | tr -d ' ')}"
}

host() {
	percent '/ used' "$(df -P "$root"/ | awk 'NR > 1 { sub(/%/, "", $5); print $5 }')" 80 90
	percent '/ inodes' "$(df -P -i "$root"/ | awk 'NR > 1 { sub(/%/, "", $5); print $5 }')" 80 95
	percent 'memory used' "$(awk '/^MemTotal:/ { t = $2 } /^MemAvailable:/ { a = $2 } END { if (t) printf "%d", 100 - 100 * a / t }' \
		"$root/proc/meminfo")" 85 95
	percent 'swap used' "$(awk '/^SwapTotal:/ { t = $2 } /^SwapFree:/ { f = $2 } END { printf "%d", (t ? 100 - 100 * f / t : 0) }' \
		"$root/proc/meminfo")" 50 90
	units
	clock
	reboot
	certificates
}

preflight() {
	for tool in df awk; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
	[ "$when" != after ] || [ -s "$keep/audit.before" ] || say no-before
}

# An audit ages: it is made each time it is asked for.
check() {
	return 1
}

plan() {
	printf 'cluster: 14\nhost: 8\n> %s\n' "${keep#"$root"}/audit.$when"
	say reads-only
}

apply() {
	(umask 077 && mkdir -p "$keep" && { cluster && host; } >"$keep/audit.new") || return 1
	mv "$keep/audit.new" "$keep/audit.$when" && awk -F '\t' '{ printf "%-9s %s: %s\n", $1, $2, $3 }' "$keep/audit.$when"
}

severities() { # SEVERITY FILE: how many
	awk -F '\t' -v severity="$1" '$1 == severity { n++ } END { print n + 0 }' "$2"
}

# compare: "better|worse|same NAME BEFORE -> AFTER" of what was or is no "ok".
compare() {
	awk -F '\t' '
		function rank(s) { return s == "critical" ? 3 : s == "warning" ? 2 : s == "unknown" ? 1 : 0 }
		NR == FNR { was[$2] = $1; detail[$2] = $3; next }
		{
			seen[$2] = 1
			before = $2 in was ? was[$2] : "ok"
			if (before == "ok" && $1 == "ok")
				next
			how = rank($1) < rank(before) ? "better" : rank($1) > rank(before) ? "worse" : "same"
			printf "%s\t%s\t%s %s -> %s %s\n", how, $2, before, detail[$2], $1, $3
		}
		END { for (name in was) if (!(name in seen) && was[name] != "ok") printf "better\t%s\t%s %s -> -\n", name, was[name], detail[name] }
	' "$keep/audit.before" "$keep/audit.after"
}

verify() {
	if [ ! -s "$keep/audit.$when" ] || [ "$(grep -c . "$keep/audit.$when")" -lt 9 ]; then
		say not-made "${keep#"$root"}/audit.$when"
		return 1
	fi
	say found "$(grep -c . "$keep/audit.$when")" "$(severities critical "$keep/audit.$when")" \
		"$(severities warning "$keep/audit.$when")" "$(severities unknown "$keep/audit.$when")"
	tab=$(printf '\t')
	while IFS=$tab read -r severity name detail; do
		case $severity in
		critical) say critical "$name" "$detail" ;;
		warning) say warning "$name" "$detail" ;;
		unknown) say unknown "$name" "$detail" ;;
		esac
	done <"$keep/audit.$when"
	for severity in critical warning unknown; do
		fact "phase.audit.$when.$severity" "$(severities $severity "$keep/audit.$when")"
	done
	if [ "$when" = after ] && [ -s "$keep/audit.before" ]; then
		compare | while IFS=$tab read -r how name change; do
			case $how in
			better) say better "$name" "$change" ;;
			worse) say worse "$name" "$change" ;;
			esac
		done
		fact phase.audit.better "$(compare | grep -c '^better')"
		fact phase.audit.worse "$(compare | grep -c '^worse')"
	fi
	return 0
}
