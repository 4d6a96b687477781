# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; archive, namespace, label, deployments, replicas, probe, wait, watch: parameters
# mcp-services: an image from an archive on the server goes into k3s, its deployment gets one replica, and that one is looked at.
#
# `ctr images import` ends with 0 for an archive that names no image, and imports nothing; it does not read a .gz. So the
# archive is read before: whole, with all the layers that it lists, and with the name that the deployment asks for. "Running"
# proves little either: what counts is ready, no restarts while one looks, and what its own address answers.

keep=$root/var/backups/twistertui

k() { tw_kubectl --request-timeout=30s "$@"; }

cri() {
	if command -v k3s >/dev/null 2>&1; then
		k3s crictl "$@"
	else
		crictl "$@"
	fi
}

import() { # FILE|-
	if command -v k3s >/dev/null 2>&1; then
		k3s ctr images import "$1"
	else
		ctr -n k8s.io images import "$1"
	fi
}

# --- the archive --------------------------------------------------------------------------------------

# taken OPTION...: tar with the archive on its standard input.
taken() {
	if [ "$packed" = yes ]; then
		gzip -dc "$root$archive" 2>/dev/null | tar -f - "$@"
	else
		tar -f - "$@" <"$root$archive"
	fi
}

# strings KEY: the strings that stand under KEY in the JSON text given, one a line: a list's, or the one.
strings() {
	awk -v key="\"$1\"" '
		{ s = s $0 " " }
		END {
			while ((at = index(s, key))) {
				s = substr(s, at + length(key))
				if (!match(s, /^[ \t]*:[ \t]*(\[[^]]*\]|"[^"]*")/))
					continue
				part = substr(s, 1, RLENGTH)
				s = substr(s, RLENGTH + 1)
				while (match(part, /"[^"]*"/)) {
					print substr(part, RSTART + 1, RLENGTH - 2)
					part = substr(part, RSTART + RLENGTH)
				}
			}
		}'
}

# look_archive: $names: what the archive's images are called in k3s, one a line; $ids: which they are; $bytes. What is wrong
# with it is said.
look_archive() {
	names='' ids=''
	[ "$archive" != none ] || return 0
	if [ ! -f "$root$archive" ]; then
		say no-archive "$archive"
		return 1
	fi
	bytes=$(($(wc -c <"$root$archive")))
	packed=no
	[ "$(head -c 2 "$root$archive" | od -An -tx1 | tr -d ' \n')" != 1f8b ] || packed=yes
	if [ "$packed" = yes ] && ! command -v gzip >/dev/null 2>&1; then
		say no-tool gzip
		return 1
	fi
	if [ "$packed" = yes ] && ! why=$(gzip -t <"$root$archive" 2>&1); then
		say cut "$archive" "$(printf '%s\n' "$why" | grep . | tail -n 1 | cut -c 1-160)"
		return 1
	fi
	if ! members=$(taken -t 2>&1); then
		if [ -z "$(taken -t 2>/dev/null)" ]; then
			say not-tar "$archive"
		else
			say cut "$archive" "$(printf '%s\n' "$members" | tail -n 1 | cut -c 1-160)"
		fi
		return 1
	fi
	# One that was cut between two members lists well; the end of a tar is a kilobyte of zeros.
	if [ "$packed" = no ] && [ "$(tail -c 1024 "$root$archive" | tr -d '\000' | wc -c)" -ne 0 ]; then
		say cut "$archive" 'no end-of-archive block'
		return 1
	fi
	index=$(printf '%s\n' "$members" | grep -x -E '(\./)?manifest\.json' | head -n 1)
	[ -n "$index" ] || index=$(printf '%s\n' "$members" | grep -x -E '(\./)?index\.json' | head -n 1)
	if [ -z "$index" ]; then
		say no-manifest "$archive"
		return 1
	fi
	text=$(taken -x -O "$index" 2>/dev/null | tr '\n\r\t' '   ' | head -c 1000000)
	case $index in
	*manifest.json)
		listed=$(printf '%s\n' "$text" | strings Layers; printf '%s\n' "$text" | strings Config)
		names=$(printf '%s\n' "$text" | strings RepoTags)
		ids=$(printf '%s\n' "$text" | strings Config)
		;;
	*)
		listed=$(printf '%s\n' "$text" | strings digest | sed 's/^sha256:/blobs\/sha256\//')
		names=$(printf '%s\n' "$text" | strings io.containerd.image.name)
		ids=$(printf '%s\n' "$text" | strings digest)
		;;
	esac
	lack=$({ printf '%s\n' "$members" | sed 's/^\.\///'; printf '===\n%s\n' "$listed"; } |
		awk '$0 == "===" { second = 1; next } !second { have[$0] = 1; next } $0 != "" && !($0 in have) { print; exit }')
	if [ -n "$lack" ]; then
		say layer-missing "$archive" "$(printf %s "$lack" | cut -c 1-80)"
		return 1
	fi
	# blobs/sha256/ID, ID.json, sha256:ID
	ids=$(printf '%s\n' "$ids" | sed 's/.*[/:]//; s/\.json$//' | grep -x -E '[0-9A-Za-z]{1,64}' | tr '\n' ' ')
	names=$(printf '%s\n' "$names" | grep -x -E '[A-Za-z0-9][A-Za-z0-9._:/@-]{0,250}' | tw_image_full | sort -u)
	if [ -z "$names" ]; then
		say nameless "$archive"
		return 1
	fi
}

# here IMAGE: k3s has it.
here() {
	printf '%s\n' "$held" | grep -q -x -F "$1"
}

# --- the deployments ----------------------------------------------------------------------------------

# table ARG...: NAMESPACE NAME REPLICAS READY IMAGES POLICIES PROBE of deployments; of several containers joined by commas.
table() {
	rows=$(tw_kube --request-timeout=30s get deployments "$@" -o \
		'jsonpath={range .items[*]}{.metadata.namespace}{"\t"}{.metadata.name}{"\t"}{.spec.replicas}{"\t"}{.status.readyReplicas}{"\t"}{.spec.template.spec.containers[*].image}{"\t"}{.spec.template.spec.containers[*].imagePullPolicy}{"\t"}{.spec.template.spec.containers[*].readinessProbe}{"\n"}{end}') || {
		printf '%s\n' "$rows"
		return 1
	}
	printf '%s\n' "$rows" | awk -F '\t' '
		$1 ~ /^[a-z0-9.-]+$/ && $2 ~ /^[a-z0-9.-]+$/ && $5 ~ /^[A-Za-z0-9._:\/@ -]+$/ {
			gsub(/ /, ",", $5)
			gsub(/[^A-Za-z ]/, "", $6)
			gsub(/ /, ",", $6)
			print $1, $2, $3 + 0, $4 + 0, $5, ($6 == "" ? "-" : $6), ($7 == "" ? "-" : "probe")
		}' | sort
}

# where: the namespace, as kubectl takes it.
where() {
	if [ "$namespace" = all ]; then echo -A; else echo "--namespace=$namespace"; fi
}

# look: $all: the table; $chosen: the lines of it that are meant: those picked, else the one that has the label.
look() {
	if ! all=$(table -A); then
		say no-answer "$all"
		return 1
	fi
	if [ -n "$deployments" ]; then
		chosen=
		for one in $deployments; do
			line=$(printf '%s\n' "$all" | awk -v one="$one" '$1 "/" $2 == one')
			if [ -z "$line" ]; then
				say not-there "$one"
				return 1
			fi
			chosen="$chosen$line
"
		done
		chosen=$(printf '%s' "$chosen" | sort -u)
		return 0
	fi
	if ! chosen=$(table "$(where)" -l "$label"); then
		say no-answer "$chosen"
		return 1
	fi
	if [ -z "$chosen" ]; then
		alike=$(printf '%s\n' "$all" | awk 'tolower($2 " " $5) ~ /mcp/ && n++ < 3 { printf "%s%s/%s", sep, $1, $2; sep = ", " }')
		say no-deployment "$label" "$namespace" "${alike:--}"
		return 1
	fi
	if [ "$(printf '%s\n' "$chosen" | grep -c .)" -gt 1 ]; then
		say several "$label" "$(printf '%s\n' "$chosen" | awk '{ printf "%s%s/%s", sep, $1, $2; sep = ", " }')"
		return 1
	fi
}

# look_images: $held: what k3s has, one name a line.
look_images() {
	if ! held=$(cri images --no-trunc 2>&1); then
		say no-images "$(printf '%s\n' "$held" | tail -n 1)"
		return 1
	fi
	held=$(printf '%s\n' "$held" | awk 'NR > 1 { print $1 ":" $2 }')
}

# pods NAMESPACE NAME: POD READY RESTARTS WHY of the deployment's pods; why the cluster does not answer, and 1.
pods() {
	sets=$(tw_kube --request-timeout=30s get replicasets -n "$1" -o \
		'jsonpath={range .items[*]}{.metadata.name}{"\t"}{.metadata.ownerReferences[0].kind}{"\t"}{.metadata.ownerReferences[0].name}{"\n"}{end}') || {
		printf '%s\n' "$sets"
		return 1
	}
	rows=$(tw_kube --request-timeout=30s get pods -n "$1" -o \
		'jsonpath={range .items[*]}{.metadata.name}{"\t"}{.metadata.ownerReferences[0].kind}{"\t"}{.metadata.ownerReferences[0].name}{"\t"}{.status.containerStatuses[*].ready}{"\t"}{.status.containerStatuses[*].restartCount}{"\t"}{.status.containerStatuses[*].state.waiting.reason}{"\t"}{.status.phase}{"\n"}{end}') || {
		printf '%s\n' "$rows"
		return 1
	}
	printf '%s\n===\n%s\n' "$sets" "$rows" | awk -F '\t' -v name="$2" '
		$0 == "===" { second = 1; next }
		!second { if ($2 == "Deployment" && $3 == name) set[$1] = 1; next }
		$2 == "ReplicaSet" && ($3 in set) && $7 != "Failed" && $7 != "Succeeded" && $1 ~ /^[a-z0-9.-]+$/ {
			n = split($5, r, " ")
			sum = 0
			for (i = 1; i <= n; i++)
				sum += r[i]
			why = $6
			sub(/ .*/, "", why)
			if (why !~ /^[A-Za-z]+$/)
				why = $7 ~ /^[A-Za-z]+$/ ? $7 : "?"
			print $1, ($4 ~ /^true( true)*$/ ? "yes" : "no"), sum, why
		}' | sort
}

choices() {
	case $1 in
	archive)
		choice none '-' 1
		for place in home root opt srv tmp var/tmp twisterlab; do
			find "$root/$place" -xdev -maxdepth 4 -type f \( -name '*.tar' -o -name '*.tar.gz' -o -name '*.tgz' \) 2>/dev/null
		done | sort | head -n 200 | while read -r file; do
			case ${file#"$root"} in
			*[!A-Za-z0-9._/@:+-]*) continue ;;
			esac
			choice "${file#"$root"}" "$(($(wc -c <"$file") / 1048576)) MiB ${file#"$root"}" 0
		done
		;;
	deployments)
		all=$(table "$(where)") || { say no-answer "$all"; return 1; }
		mine=$(table "$(where)" -l "$label")
		printf '%s\n' "$all" | while read -r space name n ready image _; do
			[ -n "$name" ] || continue
			choice "$space/$name" "$space/$name: $ready/$n, ${image##*/}" \
				"$(printf '%s\n' "$mine" | awk -v one="$space/$name" '$1 "/" $2 == one { yes = 1 } END { print yes + 0 }')"
		done
		;;
	esac
}

# --- the parts ----------------------------------------------------------------------------------------

preflight() {
	for tool in awk tar od find; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
	if ! command -v k3s >/dev/null 2>&1 && ! command -v crictl >/dev/null 2>&1; then
		say no-tool k3s
		return 1
	fi
	look && look_images && look_archive || return 1
	if [ "$archive" != none ]; then
		asked=$(printf '%s\n' "$chosen" | awk '{ print $5 }' | tr , '\n' | tw_image_full | sort -u)
		if [ -z "$(printf '%s\n' "$names" "$asked" | sort | uniq -d)" ]; then
			say other-image "$archive" "$(printf '%s\n' "$names" | tr '\n' ' ')" "$(printf '%s\n' "$asked" | tr '\n' ' ')"
			return 1
		fi
		# What comes in is kept packed and unpacked.
		need=$((bytes / 512 + 65536))
		[ "$packed" = no ] || need=$((need * 2))
		place=$root/var/lib/rancher
		[ -d "$place" ] || place=$root/
		free=$(df -P -k "$place" | awk 'NR > 1 { print $4 }')
		if [ "${free:-0}" -lt "$need" ]; then
			say no-room "$((free / 1024))" "$((need / 1024))" "${place#"$root"}"
			return 1
		fi
	fi
	if [ "$(k get nodes -o 'jsonpath={range .items[*]}{.status.conditions[?(@.type=="DiskPressure")].status}{"\n"}{end}' 2>/dev/null |
		grep -c True)" -gt 0 ]; then
		say pressure
		return 1
	fi
	printf '%s\n' "$chosen" | {
		while read -r space name n ready images policies ready_probe; do
			say now "$space/$name" "$ready" "$n" "$images"
			case ,$policies, in
			*,Always,*) say pull-always "$space/$name" ;;
			esac
			for image in $(printf '%s\n' "$images" | tr , '\n' | tw_image_full); do
				here "$image" && continue
				! printf '%s\n' "$names" | grep -q -x -F "$image" || continue
				case ,$policies, in
				*,Never,*) say never-here "$space/$name" "$image"; return 1 ;;
				esac
				say will-pull "$space/$name" "$image"
			done
			[ -n "$probe" ] || [ "$ready_probe" != - ] || say no-probe "$space/$name"
		done
	}
}

# As many replicas as wanted, all of them ready, and k3s has what the archive holds.
check() {
	look >/dev/null || return 1
	[ -z "$(printf '%s\n' "$chosen" | awk -v want="$replicas" '$3 != want || $4 != want')" ] || return 1
	if [ "$archive" != none ]; then
		look_images && look_archive || return 1
		for image in $names; do
			here "$image" || return 1
		done
	fi
	fact phase.mcp.ready "$(printf '%s\n' "$chosen" | awk '{ n += $4 } END { print n + 0 }')"
	say already "$(printf '%s\n' "$chosen" | awk '{ printf "%s%s/%s", sep, $1, $2; sep = ", " }')" "$replicas"
}

# The image's ID is part of the plan: an archive that becomes another one before the yes is not imported in its place.
plan() {
	look && look_archive || return 1
	if [ "$archive" != none ]; then
		printf ' %s, %s bytes, image ID %s\n' "$archive" "$bytes" "${ids% }"
		if [ "$packed" = yes ]; then
			printf '$ gzip -dc %s | k3s ctr images import -\n' "$archive"
		else
			printf '$ k3s ctr images import %s\n' "$archive"
		fi
		printf '%s\n' "$names" | sed 's/^/+ /'
	fi
	printf '%s\n' "$chosen" | while read -r space name n _; do
		printf -- '-%s/deployment/%s: %s replicas\n+%s/deployment/%s: %s replicas, begun anew\n' \
			"$space" "$name" "$n" "$space" "$name" "$replicas"
		printf '$ kubectl scale -n %s deployment/%s --replicas=0\n$ kubectl scale -n %s deployment/%s --replicas=%s\n' \
			"$space" "$name" "$space" "$name" "$replicas"
	done
	[ "$archive" = none ] || say stays
}

# Down to none first: pods that wait minutes for their next try to pull are not waited for.
apply() {
	look && look_archive || return 1
	(umask 077 && mkdir -p "$keep") || return 1
	printf '%s\n' "$chosen" | awk '{ print $1 "/" $2, $3 }' >"$keep/mcp-services.new" &&
		mv "$keep/mcp-services.new" "$keep/mcp-services" && sync || return 1
	if [ "$archive" != none ]; then
		if [ "$packed" = yes ]; then
			gzip -dc "$root$archive" | import - || return 1
		else
			import "$root$archive" || return 1
		fi
		look_images || return 1
		for image in $names; do
			here "$image" || { say not-imported "$image"; return 1; }
		done
	fi
	printf '%s\n' "$chosen" | {
		while read -r space name _; do
			k scale -n "$space" "deployment/$name" --replicas=0 </dev/null || return 1
			tries=0 began=$(date +%s)
			while [ -n "$(pods "$space" "$name" </dev/null)" ] && [ "$tries" -lt 60 ] && [ $(($(date +%s) - began)) -lt 60 ]; do
				tries=$((tries + 1))
				sleep 1
			done
			k scale -n "$space" "deployment/$name" "--replicas=$replicas" </dev/null || return 1
		done
	}
}

# answers NAMESPACE POD: what the probe's address says, through the cluster's own door.
answers() {
	k get --raw "/api/v1/namespaces/$1/pods/$2:${probe%%/*}/proxy/${probe#*/}" 2>&1
}

# one NAMESPACE NAME: the deployment is rolled out, ready, does not restart while one looks, and answers.
one() {
	tw_kubectl rollout status -n "$1" "deployment/$2" --timeout="${wait}s" || :
	now=$(pods "$1" "$2") || { say no-answer "$now"; return 1; }
	if [ "$(printf '%s\n' "$now" | awk '$2 == "yes"' | grep -c .)" -lt "$replicas" ] || [ -z "$now" ]; then
		say not-ready "$1/$2" "$(printf '%s\n' "$now" | awk '$2 != "yes" { print $4; exit }')" "$wait"
		k get events -n "$1" 2>/dev/null | grep -F "$2" | tail -n 5
		return 1
	fi
	sleep "$watch"
	later=$(pods "$1" "$2") || { say no-answer "$later"; return 1; }
	if [ "$now" != "$later" ]; then
		say restarts "$1/$2" "$(printf '%s\n' "$later" | awk '{ n += $3 } END { print n + 0 }')"
		return 1
	fi
	if [ -n "$probe" ]; then
		for pod in $(printf '%s\n' "$now" | cut -d ' ' -f 1); do
			if ! text=$(answers "$1" "$pod"); then
				say no-health "$1/$pod" "$probe" "$(printf '%s\n' "$text" | tail -n 1 | cut -c 1-160)"
				return 1
			fi
			printf '%s\n' "$text" | head -n 3 | cut -c 1-200
			say healthy "$1/$pod" "$probe"
		done
	fi
	ready_now=$((ready_now + replicas))
}

verify() {
	look || return 1
	if [ "$archive" != none ]; then
		look_images && look_archive || return 1
		for image in $names; do
			here "$image" || { say not-imported "$image"; return 1; }
		done
	fi
	ready_now=0
	while read -r space name n _; do
		if [ "$n" != "$replicas" ]; then
			say not-scaled "$space/$name" "$n" "$replicas"
			return 1
		fi
		one "$space" "$name" </dev/null || return 1
	done <<-END
		$chosen
	END
	fact phase.mcp.ready "$ready_now"
	say ready "$ready_now"
}

# The replicas of before; the image stays, and nothing that runs is touched by it.
undo() {
	if [ ! -s "$keep/mcp-services" ]; then
		say undo-no-record "${keep#"$root"}/mcp-services"
		return 1
	fi
	look || return 1
	done_=0
	while read -r one n; do
		case $n in
		'' | *[!0-9]*) continue ;;
		esac
		now=$(printf '%s\n' "$chosen" | awk -v one="$one" '$1 "/" $2 == one { print $3 }')
		[ "${now:-$n}" != "$n" ] || continue
		k scale -n "${one%%/*}" "deployment/${one#*/}" "--replicas=$n" </dev/null || return 1
		say scaled-back "$one" "$n"
		done_=1
	done <"$keep/mcp-services"
	[ "$archive" = none ] || say image-stays
	if [ "$done_" = 0 ]; then
		say undo-nothing
		return 1
	fi
	rm -f "$keep/mcp-services"
	look && fact phase.mcp.ready "$(printf '%s\n' "$chosen" | awk '{ n += $4 } END { print n + 0 }')"
	say undone
}
