# shellcheck shell=sh disable=SC2154,SC2034
# step.sh: what a step's script finds defined, in a probe and in a job.
#
#   fact NAME VALUE              records a figure
#   say ID ARG...                says something to the operator, in the words that phase.json has
# for ID
#   choice VALUE LABEL [1]       one choice of a parameter; 1: preselected
#   tw_kubectl ARG...            kubectl, or k3s' own, with k3s' configuration where that is the
# only one
#   human BYTES                  12.3G, rounded up as df -h does
#   tw_number, tw_gib, tw_diff, tw_replace, tw_fstab_..., tw_disk...   what more than one step needs
#   tw_docker_..., tw_image...   what the steps for Docker and for images have in common
#
# Where they go: to file descriptor 9 as lines "TOKEN KIND =WORD..." in a probe ($tw_mark is the
# token), to
# the file $tw_marks as lines "AT KIND =WORD..." in a job, AT being the size of the output $tw_out
# so far. A job's
# output thus holds nothing but what the step printed, and its offsets are those of the file.

# tw_word TEXT: TEXT in $tw_w with % and white space as %XX, so that words can be told apart again.
tw_word() {
	tw_r=$1
	tw_w=
	while :; do
		case $tw_r in
		*[%\ "$tw_tab$tw_nl$tw_cr"]*) ;;
		*) break ;;
		esac
		tw_h=${tw_r%%[%\ "$tw_tab$tw_nl$tw_cr"]*}
		tw_r=${tw_r#"$tw_h"}
		case $tw_r in
		%*) tw_c=%25 ;;
		' '*) tw_c=%20 ;;
		"$tw_tab"*) tw_c=%09 ;;
		"$tw_nl"*) tw_c=%0A ;;
		*) tw_c=%0D ;;
		esac
		tw_w=$tw_w$tw_h$tw_c
		tw_r=${tw_r#?}
	done
	tw_w=$tw_w$tw_r
}

tw_marked() {
	tw_line=$1
	shift
	for tw_a in "$@"; do
		tw_word "$tw_a"
		tw_line="$tw_line =$tw_w"
	done
	if [ -n "${tw_marks-}" ]; then
		tw_at=$(wc -c <"$tw_out")
		printf '%s %s\n' "$((tw_at))" "$tw_line" >>"$tw_marks"
	elif [ -n "${tw_mark-}" ]; then
		printf '%s %s\n' "$tw_mark" "$tw_line" >&9
	fi
}

fact() { tw_marked fact "$1" "${2-}"; }
say() { tw_marked say "$@"; }
choice() { tw_marked choice "$1" "${2-$1}" "${3-0}"; }

tw_kubectl() {
	if command -v kubectl >/dev/null 2>&1; then
		if [ -z "${KUBECONFIG-}" ] && [ ! -f "${HOME-}/.kube/config" ] &&
			[ -r "$root/etc/rancher/k3s/k3s.yaml" ]; then
			KUBECONFIG=$root/etc/rancher/k3s/k3s.yaml kubectl "$@"
		else
			kubectl "$@"
		fi
	elif command -v k3s >/dev/null 2>&1; then
		k3s kubectl "$@"
	else
		printf '%s\n' 'kubectl: not found' >&2
		return 127
	fi
}

# tw_kube ARG...: what the cluster answers; when it does not, the one line that says why, and
# kubectl's exit status. For what a step reads: in a pipe that status would be lost, and an answer
# that never came would look like one without any pods.
tw_kube() {
	tw_words=$(tw_kubectl "$@" 2>&1)
	tw_failed=$?
	if [ "$tw_failed" -ne 0 ]; then
		printf '%s\n' "${tw_words:-kubectl: $tw_failed}" | tail -n 1
	elif [ -n "$tw_words" ]; then
		printf '%s\n' "$tw_words"
	fi
	return "$tw_failed"
}

# tw_pods_ready: "NAMESPACE OWNER COUNT" of the pods that are ready; one without an owner stands for
# itself. As tw_kube when the cluster does not answer.
tw_pods_ready() {
	tw_pods=$(tw_kube --request-timeout=15s get pods -A -o \
		'jsonpath={range .items[*]}{.metadata.namespace}{" "}{.metadata.name}{" "}{.metadata.ownerReferences[0].name}{" "}{.status.phase}{" "}{.status.containerStatuses[*].ready}{"\n"}{end}') || {
		tw_failed=$?
		printf '%s\n' "$tw_pods"
		return "$tw_failed"
	}
	printf '%s\n' "$tw_pods" | awk '$0 !~ / Running true( true)*$/ { next }
		{ owner = ($3 == "Running" ? $2 : $3); n[$1 " " owner]++ }
		END { for (key in n) print key, n[key] }' | sort
}

# tw_pods_back FILE SECONDS: waits, kubectl's own time included, until every owner has as many ready
# pods as FILE, of tw_pods_ready, says; $tw_now is what it was then. 1: some have fewer, $tw_less
# names them; 2: the cluster does not answer, $tw_less says why.
tw_pods_back() {
	tw_n=0
	tw_began=$(date +%s)
	while :; do
		tw_failed=2
		if tw_now=$(tw_pods_ready); then
			tw_failed=1
			tw_less=$(printf '%s\n' "$tw_now" | awk 'FILENAME != "-" { if (NF) was[$1 "/" $2] = $3; next }
				{ now[$1 "/" $2] = $3 }
				END { for (key in was) if (now[key] + 0 < was[key]) print key " (" now[key] + 0 "/" was[key] ")" }' \
				"$1" - | sort | tr '\n' ' ')
			[ -n "$tw_less" ] || return 0
		else
			tw_less=$tw_now
		fi
		tw_n=$((tw_n + 1))
		if [ "$tw_n" -ge "$2" ] || [ $(($(date +%s) - tw_began)) -ge "$2" ]; then
			return "$tw_failed"
		fi
		sleep 1
	done
}

# human BYTES: rounded up as df -h does
human() {
	awk -v b="$1" 'BEGIN {
		split("B K M G T P", unit, " ")
		for (i = 1; b >= 1024 && i < 6; i++)
			b /= 1024
		n = b < 10 && i > 1 ? b * 10 : b
		n = n > int(n) ? int(n) + 1 : int(n)
		if (b < 10 && i > 1)
			printf((n < 100 ? "%.1f%s" : "%.0f%s"), n / 10, unit[i])
		else
			printf("%.0f%s", n, (i > 1 ? unit[i] : ""))
	}'
}

# tw_booted SECONDS: waits until the server has started what it starts at boot; 1: not within SECONDS,
# by the clock that nobody sets. Where systemd does not say, there is nothing to wait for.
tw_booted() {
	tw_began=$(tw_uptime)
	while :; do
		case $(systemctl is-system-running 2>/dev/null) in
		initializing | starting) ;;
		*) return 0 ;;
		esac
		[ $(($(tw_uptime) - tw_began)) -lt "$1" ] || return 1
		sleep 1
	done
}

# tw_uptime: seconds since the server started.
tw_uptime() {
	read -r tw_u _ <"$root/proc/uptime" || tw_u=0
	printf '%s\n' "${tw_u%%.*}"
}

# tw_number TEXT: digits and nothing else, so arithmetic may be done with it.
tw_number() {
	case $1 in
	'' | *[!0-9]*) return 1 ;;
	esac
}

# tw_gib BYTES: "100.00 GiB"
tw_gib() { awk -v b="$1" 'BEGIN { printf "%.2f GiB", b / 1073741824 }'; }

# tw_bytes SIZE: 1.5G in bytes; K M G T are powers of 1024.
tw_bytes() {
	awk -v s="$1" 'BEGIN {
		n = index("KMGT", substr(s, length(s)))
		for (b = s + 0; n > 0; n--)
			b *= 1024
		printf "%.0f", b
	}'
}

# tw_diff FILE: what standard input would make of it, as a diff; the file may not be there.
tw_diff() {
	tw_before=$1 tw_label=${1#"$root"}
	[ -f "$1" ] || tw_before=/dev/null tw_label=/dev/null
	diff -u -L "$tw_label" -L "${1#"$root"}" "$tw_before" -
}

# tw_replace FILE: standard input takes its place by rename, with the same mode. It is on the disk
# before that: a power cut leaves the old one or the new one.
tw_replace() {
	[ ! -f "$1" ] || cp -p "$1" "$1.twistertui" || return 1
	cat >"$1.twistertui" && chmod "$([ -f "$1" ] && stat -c %a "$1" || echo 644)" "$1.twistertui" &&
		sync && mv "$1.twistertui" "$1"
}

# tw_fstab_names PATH: a line of fstab mounts something there.
tw_fstab_names() {
	awk -v at="$1" '$1 !~ /^#/ && $2 == at { n = 1 } END { exit !n }' "$root/etc/fstab" 2>/dev/null
}

# tw_fstab_with LINE: fstab with LINE as its last one. The one before may lack its end.
tw_fstab_with() {
	cat "$root/etc/fstab"
	[ -z "$(tail -c 1 "$root/etc/fstab")" ] || echo
	printf '%s\n' "$1"
}

# tw_fstab_drop LINE SAVED: fstab without LINE; as it was in SAVED, byte by byte, where that is all
# that makes the difference.
tw_fstab_drop() {
	grep -qxF -e "$1" "$root/etc/fstab" || return 0
	tw_rest=$(grep -vxF -e "$1" "$root/etc/fstab"; echo .)
	if [ -r "$2" ] && { [ "$tw_rest" = "$(cat "$2"; echo .)" ] || [ "$tw_rest" = "$(cat "$2"; echo; echo .)" ]; }; then
		tw_replace "$root/etc/fstab" <"$2"
	else
		printf %s "${tw_rest%.}" | tw_replace "$root/etc/fstab"
	fi
}

# tw_disk_names: DEVICE NAME of what stands in /dev/disk/by-id, one a device: of several names the
# one that a person would use, with a model; LVM's own only where there is no other.
tw_disk_names() {
	for tw_link in "$root"/dev/disk/by-id/*; do
		[ -h "$tw_link" ] || continue
		tw_name=${tw_link##*/}
		case $tw_name in
		*[!A-Za-z0-9._:@+=-]*) continue ;;
		lvm-pv-uuid-*) tw_rank=3 ;;
		dm-* | lvm-* | md-*) continue ;;
		wwn-* | nvme-eui.*) tw_rank=2 ;;
		scsi-[1-9]* | nvme-nvme.*) tw_rank=1 ;;
		*) tw_rank=0 ;;
		esac
		printf '%s %s %s\n' "$(readlink -f "$tw_link")" "$tw_rank" "$tw_name"
	done | sort | awk '!seen[$1]++ { print $1, $3 }'
}

# tw_disk_named NAME: what NAME of /dev/disk/by-id leads to: $tw_kernel (sdc), $tw_device (/dev/sdc).
tw_disk_named() {
	tw_kernel='' tw_device=''
	case $1 in
	'' | . | .. | *[!A-Za-z0-9._:@+=-]*) return 1 ;;
	esac
	[ -e "$root/dev/disk/by-id/$1" ] || return 1
	tw_kernel=$(readlink -f "$root/dev/disk/by-id/$1")
	tw_kernel=${tw_kernel##*/}
	case $tw_kernel in
	'' | *[!A-Za-z0-9_-]*) return 1 ;;
	esac
	tw_device=$root/dev/$tw_kernel
}

# tw_disk DEVICE: what lsblk says of it: $tw_type $tw_size $tw_ro $tw_rota $tw_sector $tw_model
# $tw_serial, and of which it is a part, $tw_parent.
tw_disk() {
	tw_type='' tw_size='' tw_ro='' tw_rota='' tw_sector='' tw_model='' tw_serial='' tw_parent=''
	eval "$(lsblk -dbnP -o TYPE,SIZE,RO,ROTA,LOG-SEC,MODEL,SERIAL,PKNAME "$1" 2>/dev/null | head -n 1 | awk '
		# NAME="VALUE" of a disk become shell words without anything that a shell would act on.
		{
			while (match($0, /[A-Z-]+="[^"]*"/)) {
				word = substr($0, RSTART, RLENGTH)
				$0 = substr($0, RSTART + RLENGTH)
				at = index(word, "=")
				name = tolower(substr(word, 1, at - 1))
				value = substr(word, at + 2, length(word) - at - 2)
				if (name == "log-sec")
					name = "sector"
				if (name == "pkname")
					name = "parent"
				gsub(/[^A-Za-z0-9 ._\/+-]/, "_", value)
				gsub(/^ +| +$/, "", value)
				if (name ~ /^(type|size|ro|rota|sector|model|serial|parent)$/)
					printf "tw_%s='\''%s'\''\n", name, value
			}
		}')"
	tw_number "$tw_size" && tw_number "$tw_sector"
}

# Docker, for the steps about it. Only one that runs is asked: systemd listens on its socket, and a
# question would start one that was stopped.
tw_docker_answers() {
	[ "$(systemctl is-active docker 2>/dev/null)" = active ] &&
		[ -n "$(docker version --format '{{.Server.Version}}' 2>/dev/null)" ]
}

# tw_docker_wait: waits, a minute at most, until the daemon that is being started answers.
tw_docker_wait() {
	tw_n=0
	until tw_docker_answers; do
		tw_n=$((tw_n + 1))
		if [ "$tw_n" -ge 60 ] || [ "$(systemctl is-active docker 2>/dev/null)" = failed ]; then
			return 1
		fi
		sleep 1
	done
}

# IDs of containers that run; one that is started over and over does not.
tw_docker_up() {
	docker ps -q --no-trunc --filter status=running --filter status=paused
}

# NAME|ID|POLICY|AUTOREMOVE of those that run, sorted; Kubernetes starts its own by itself.
tw_docker_containers() {
	tw_ids=$(tw_docker_up) || return 1
	[ -n "$tw_ids" ] || return 0
	# shellcheck disable=SC2086 # one ID a word
	docker inspect --format \
		'{{.Name}}|{{.Id}}|{{.HostConfig.RestartPolicy.Name}}|{{.HostConfig.AutoRemove}}' \
		$tw_ids | sed 's|^/||' | grep -v '^k8s_' | sort
}

# tw_docker_missing LIST: those of the file that do not run now.
tw_docker_missing() {
	tw_running=$(tw_docker_up) || return 1
	while IFS='|' read -r tw_name tw_id tw_policy tw_auto; do
		case $tw_running in
		*"$tw_id"*) ;;
		*) printf '%s|%s|%s|%s\n' "$tw_name" "$tw_id" "$tw_policy" "$tw_auto" ;;
		esac
	done <"$1"
}

# tw_docker_returns POLICY LIVE: whether a container comes back by itself when the daemon does.
tw_docker_returns() {
	case $1 in
	always | unless-stopped) return 0 ;;
	esac
	[ "$2" = true ]
}

# tw_docker_shim_end ID: ends the shim that stayed behind of a container, when it has nothing left to
# watch: nobody is its child. Not 0: there is none.
tw_docker_shim_end() {
	tw_ended=1
	for tw_dir in "$root"/proc/[0-9]*; do
		case "$(tr '\000' ' ' <"$tw_dir/cmdline" 2>/dev/null)" in
		*/containerd-shim*" -id $1 "*) ;;
		*) continue ;;
		esac
		tw_children=$(cat "$tw_dir"/task/*/children 2>/dev/null) || continue
		[ -z "$tw_children" ] || continue
		kill -KILL "${tw_dir##*/}" && tw_ended=0
	done
	return "$tw_ended"
}

# tw_docker_start_one ID NAME: a daemon that needs longer than 15 s to stop ends itself by force, and
# may leave a shim; "already exists" is then all that an attempt to start the container says
# (Docker 26.1.5, seen on a slow server). Without that shim it starts.
tw_docker_start_one() {
	tw_try=1
	until tw_said=$(docker start "$1" 2>&1); do
		case $tw_try,$tw_said in
		1,*'already exists'*)
			tw_docker_shim_end "$1" && printf '%s: the shim that was left of it was ended\n' "$2"
			;;
		[2-9],*'already exists'* | 10,*'already exists'*) ;; # containerd has not noticed yet
		*) false ;;
		esac || { printf '%s\n' "$tw_said"; return 1; }
		tw_try=$((tw_try + 1))
		sleep 1
	done
	printf '%s started\n' "$2"
}

# tw_docker_start LIST LIVE: starts what Docker does not start by itself, and after a while whatever
# else is missing.
tw_docker_start() {
	tw_n=0
	while tw_list=$(tw_docker_missing "$1") && [ -n "$tw_list" ] && [ "$tw_n" -lt 30 ]; do
		printf '%s\n' "$tw_list" | while IFS='|' read -r tw_name tw_id tw_policy _; do
			if [ "$tw_n" -eq 20 ] ||
				{ [ "$tw_n" -eq 0 ] && ! tw_docker_returns "$tw_policy" "$2"; }; then
				tw_docker_start_one "$tw_id" "$tw_name"
			fi
		done
		tw_n=$((tw_n + 1))
		sleep 1
	done
}

# tw_docker_back LIST: all of them run, and go on running: three looks in a row, a second apart, a
# minute at most. Not 0: $tw_left names those that do not.
tw_docker_back() {
	tw_n=0 tw_good=0 tw_left=
	while [ "$tw_good" -lt 3 ]; do
		if tw_list=$(tw_docker_missing "$1") && [ -z "$tw_list" ]; then
			tw_good=$((tw_good + 1))
		else
			tw_good=0
		fi
		tw_n=$((tw_n + 1))
		if [ "$tw_n" -ge 60 ]; then
			tw_left=$(printf '%s\n' "$tw_list" | sed 's/|.*//' | tr '\n' ' ')
			return 1
		fi
		sleep 1
	done
}

# tw_docker_login REGISTRY PASSWORD-FILE [COMMAND...]: logs admin in and runs COMMAND so, in a Docker
# configuration that is thrown away. It stands in /run, which a power cut empties: the password is in
# it. $words: what the last of the two printed.
tw_docker_login() {
	words=
	tw_config=$(mktemp -d "$root/run/twistertui-login.XXXXXX") || return 1
	words=$(DOCKER_CONFIG=$tw_config docker login "$1" -u admin --password-stdin <"$2" 2>&1)
	tw_code=$?
	shift 2
	if [ "$tw_code" -eq 0 ] && [ $# -gt 0 ]; then
		words=$(DOCKER_CONFIG=$tw_config "$@" 2>&1)
		tw_code=$?
	fi
	rm -rf "$tw_config"
	return "$tw_code"
}

# Every image that a workload names, whether it runs or stands at zero, and those of old
# ReplicaSets, which a rollout may go back to. 127: no kubectl here; else not 0: the cluster does
# not answer, and what it said is printed.
tw_images_named() {
	# Each kind must be asked, or an image could look unused; all at once, because kubectl takes long to start. A path that
	# an object does not have is nothing.
	tw_path=
	for tw_at in .spec .spec.template.spec .spec.jobTemplate.spec.template.spec; do
		tw_path="$tw_path{${tw_at}.containers[*].image} {${tw_at}.initContainers[*].image} "
	done
	tw_kube --request-timeout=60s get deployments,statefulsets,daemonsets,replicasets,jobs,cronjobs,pods -A -o \
		"jsonpath={range .items[*]}$tw_path{\"\\n\"}{end}"
}

# Names of images on its input, as containerd writes them: redis:7 is docker.io/library/redis:7.
tw_image_full() {
	awk '{
		name = $1
		if (name !~ /@/ && name !~ /:[^\/]*$/)
			name = name ":latest"
		first = name
		sub(/\/.*/, "", first)
		if (name !~ /\//)
			name = "docker.io/library/" name
		else if (first !~ /[.:]/ && first != "localhost")
			name = "docker.io/" name
		print name
	}'
}

root=${root-}
tw_nl='
'
tw_tab=$(printf '\t')
tw_cr=$(printf '\r')
