#!/bin/sh
# The simulated EdgeServer beside what real tools said (tests/captures): shapes of JSON, headings, words, streams and exit
# statuses; and the world it makes: figures, ways of failing, seeds, and nothing written outside its folder.
set -u
LC_ALL=C
export LC_ALL
src=${TOP_SRCDIR:?}
demo=$src/backends/demo
trixie=$src/tests/captures/trixie
kube=$src/tests/captures/kubectl-1.20
# In memory where there is some: it makes and removes thousands of small files.
[ -n "${TMPDIR:-}" ] || [ ! -w /dev/shm ] || export TMPDIR=/dev/shm
scratch=$(mktemp -d)
trap 'chmod -R u+rwx "$scratch"; rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM
status=0

fail() {
	printf 'demo: %s\n' "$*" >&2
	status=1
}

# world WHICH SEED: a fresh server in $root
world() {
	root=$scratch/server
	rm -rf "$root"
	made=$scratch/made.$1.$2.${DEMO_SUDO:-}.${DEMO_WITHOUT:-}
	if [ ! -d "$made" ]; then
		mkdir "$made"
		DEMO_FAST=1 sh "$demo/world.sh" "$made" "$1" "$2" || { fail "world.sh $1 $2"; exit 1; }
	fi
	cp -a "$made" "$root"
}

# on COMMAND…: as twister; on_root: as root. What it said is in $scratch/out and err, $rc is its status.
on() {
	env -i PATH="$root/demo/bin" root="$root" HOME="$root/home/twister" LC_ALL=C TZ=UTC0 TMPDIR="$root/tmp" \
		DEMO_USER="${as:-twister}" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	rc=$?
}
on_root() {
	as=root
	on "$@"
	as=twister
}
said() {
	cat "$scratch/out"
}

expect() { # WHAT GOT WANTED
	[ "$2" = "$3" ] || fail "$1: got '$2', wanted '$3'"
}

same_as() { # CAPTURE [SED]: out, err and status are the recorded ones; SED is done to both
	{
		cat "$scratch/out"
		echo "--- stderr"
		cat "$scratch/err"
		echo "--- rc $rc"
	} | sed -e "s|$root||g" -e "${2:-}" >"$scratch/got"
	sed -e '1{/^\$ /d;}' -e 's/^\(--- rc [0-9]*\) .*/\1/' -e "${2:-}" "$trixie/$1.txt" >"$scratch/wanted"
	diff "$scratch/wanted" "$scratch/got" >"$scratch/diff" || {
		fail "not as recorded: $1"
		sed 's/^/  | /' "$scratch/diff" >&2
	}
}

# --- the tools are shell that parses --------------------------------------------------------------
for file in "$demo"/tools/* "$demo"/lib/*.sh "$demo/world.sh"; do
	for shell in dash 'busybox sh' 'bash --posix'; do
		command -v "${shell%% *}" >/dev/null || continue
		$shell -n "$file" || fail "$shell does not parse $file"
	done
done
if command -v shellcheck >/dev/null; then
	shellcheck -S warning -x -P SCRIPTDIR -e SC1007,SC1091,SC2034,SC2154,SC2209 "$demo"/tools/* "$demo"/pods/*/* "$demo"/lib/*.sh \
		"$demo/world.sh" >&2 || fail shellcheck
fi

# --- disks and LVM --------------------------------------------------------------------------------
world phase-1 0
heading() { # WHAT CAPTURE-LINE: the same heading, blanks aside
	expect "heading of $1" "$(head -n 1 "$scratch/out" | tr -s ' ')" "$(head -n 1 "$2" | tr -s ' ')"
}
on df -h; heading 'df -h' "$trixie/df-h.stdout"
on df -i; heading 'df -i' "$trixie/df-i.stdout"
on df -PT -B1; heading 'df -PT -B1' "$trixie/df-PT.stdout"
on lsblk; heading lsblk "$trixie/lsblk.stdout"
on lsblk -f; heading 'lsblk -f' "$trixie/lsblk-f.stdout"
on df -h /nowhere; expect 'df of nothing' "$rc" 1
on lsblk -o NOSUCH; expect 'lsblk of no column' "$rc" 1
on_root lvs; same_as lvs
on_root lvs --reportformat json --units b; same_as lvs-json
on_root lvs --reportformat json --units b --nosuffix -o lv_name,vg_name,lv_size,lv_path,lv_attr,lv_dm_path
same_as lvs-json-cols
figures='s/296\.00/N/g; s/295\.00/N/g; s/196\.00/F/g; s/195\.00/F/g; s/31[67][0-9]*/S/; s/2[01][09][0-9]\{9\}/F/; s/50175/E/; s/49919/E/; s/757[0-9][0-9]/T/; s/755[0-9][0-9]/T/'
on_root vgs; same_as vgs "$figures"
on_root pvs; same_as pvs "$figures"
on_root vgs --reportformat json --units b --nosuffix -o vg_name,vg_size,vg_free,vg_extent_size,vg_free_count,pv_count,lv_count
same_as vgs-json-cols "$figures"
on_root vgdisplay; same_as vgdisplay "$figures"
on_root pvdisplay; same_as pvdisplay "$figures"
on vgs; expect 'vgs as a user' "$rc" 5
on findmnt -J -b "$root"/; same_as findmnt-root

on df -h "$root"/
expect 'df before' "$(said | awk 'NR > 1 { print $2, $3, $4, $5 }')" '98G 82G 16G 84%'
on_root lvextend -t -r -L +50G /dev/ubuntu-vg/ubuntu-lv; same_as lvextend-test
on_root lvextend -r -L +50G "$root/dev/ubuntu-vg/ubuntu-lv"; same_as lvextend
on df -h "$root"/
expect 'df after' "$(said | awk 'NR > 1 { print $2, $3, $4, $5 }')" '148G 82G 66G 56%'
on_root lvs --reportformat json --units b; same_as lvs-after
on_root lvextend -L +5G /dev/mapper/ubuntu--vg-ubuntu--lv; same_as lvextend-mapper-5G
on_root resize2fs /dev/mapper/ubuntu--vg-ubuntu--lv; same_as resize2fs
on_root resize2fs /dev/mapper/ubuntu--vg-ubuntu--lv; same_as resize2fs-again
on_root lvextend -r -L 155G /dev/ubuntu-vg/ubuntu-lv; same_as lvextend-zero
on_root lvextend -r -L +1G /dev/ubuntu-vg/nope; same_as lvextend-no-such-lv
on_root lvextend -r -L +500G /dev/ubuntu-vg/ubuntu-lv; same_as lvextend-too-big 's/only [0-9]*/only N/'
on_root vgcfgbackup; same_as vgcfgbackup
on_root vgcfgbackup -f /root/ubuntu-vg.vgcfg ubuntu-vg; same_as vgcfgbackup-file
[ -s "$root/root/ubuntu-vg.vgcfg" ] || fail 'vgcfgbackup -f wrote nothing'
on_root vgcfgrestore --list ubuntu-vg
expect 'archives listed' "$(said | grep -c File:)" 3
on_root lvreduce -y -l 38400 ubuntu-vg/ubuntu-lv; expect 'lvreduce under the filesystem' "$rc" 5

# --- ways of failing ------------------------------------------------------------------------------
world phase-1 0
: >"$root/demo/fail/fs-stuck"
on_root lvextend -r -L +50G ubuntu-vg/ubuntu-lv; expect 'stuck lvextend' "$rc" 0
on df -h "$root"/; expect 'stuck filesystem' "$(said | awk 'NR > 1 { print $2 }')" 98G
rm "$root/demo/fail/fs-stuck"
on_root lvreduce -y -l 25600 ubuntu-vg/ubuntu-lv; expect 'lvreduce back' "$rc" 0
: >"$root/demo/fail/lvextend-half"
on_root lvextend -r -L +50G ubuntu-vg/ubuntu-lv; expect 'half lvextend' "$rc" 5
on_root vgs --noheadings -o vg_free_count; expect 'half done' "$(said | tr -d ' ')" 37119
rm "$root/demo/fail/lvextend-half"
printf 'Out of memory\n' >"$root/demo/fail/lvextend"
on_root lvextend -r -L +1G ubuntu-vg/ubuntu-lv; expect 'lvextend refused' "$rc" 5
grep -q 'Out of memory' "$scratch/err" || fail 'the words of a failure are not shown'
: >"$root/demo/fail/hdparm"
on_root hdparm -Tt /dev/sda; expect 'hdparm' "$rc" 5
: >"$root/demo/fail/docker-hang"
on timeout 1 docker ps; expect 'docker hangs' "$rc" 124
rm "$root/demo/fail/docker-hang"
echo forbidden >"$root/demo/fail/kube"
on kubectl get pods -A
expect 'kubectl forbidden' "$rc $(cat "$scratch/err")" "1 $(cat "$kube/49.err")"
echo unauthorized >"$root/demo/fail/kube"
on kubectl get pods -A
expect 'kubectl unauthorized' "$(cat "$scratch/err")" "$(cat "$kube/51.err")"
echo refused >"$root/demo/fail/kube"
on kubectl get pods -A
expect 'kubectl refused' "$(cat "$scratch/err")" "$(sed 's/16443/6443/' "$kube/59.err")"

# --- sudo -----------------------------------------------------------------------------------------
on sudo -n id -u; expect 'sudo without a password' "$rc $(said)" '0 0'
on id -u; expect 'id' "$(said)" 1000
DEMO_SUDO=password world phase-1 0
on sudo -n true; expect 'sudo -n that needs a password' "$rc" 1
printf 'wrong\ntwister\nid -u\n' | env -i PATH="$root/demo/bin" root="$root" sudo -S -p TOKEN sh >"$scratch/out" 2>"$scratch/err"
expect 'sudo -S, a shell behind it' "$(said)" 0
expect 'prompts' "$(grep -c TOKEN "$scratch/err")" 2
DEMO_SUDO=denied world phase-1 0
on sudo -n true; expect 'sudo refused' "$rc $(cat "$scratch/err")" '1 twister is not in the sudoers file.'
DEMO_SUDO=none DEMO_WITHOUT='docker kubectl lvm' world phase-1 0
for tool in sudo docker dockerd kubectl k3s lvs lvextend; do
	on sh -c "command -v $tool"; expect "$tool is not there" "$rc" 127
done

# --- Docker: each daemon.json that was tried for real ------------------------------------------------
for try in noname name storopt storopt-only badlogopt typo badjson full; do
	world phase-1 0
	sed -n "1s/.*echo '\(.*\)' >\/tmp\/dj.json.*/\1/p" "$trixie/dj-$try-validate.txt" >"$root/tmp/dj.json"
	[ -s "$root/tmp/dj.json" ] || fail "no daemon.json in the record of $try"
	on_root dockerd --validate --config-file "$root/tmp/dj.json"
	cp "$root/tmp/dj.json" "$scratch/file"
	cat "$scratch/file" >"$scratch/o" && cat "$scratch/out" >>"$scratch/o" && mv "$scratch/o" "$scratch/out"
	same_as "dj-$try-validate"
	cp "$root/tmp/dj.json" "$root/etc/docker/daemon.json"
	on_root systemctl reset-failed docker
	on_root systemctl restart docker
	expect "restart with $try" "--- rc $rc" "$(sed -n 's/^\(--- rc [0-9]*\) .*/\1/p' "$trixie/dj-$try-restart.txt")"
	on systemctl is-active docker
	case $try in
	storopt* | typo | badjson) expect "state with $try" "$(said)" failed ;;
	*) expect "state with $try" "$(said)" active ;;
	esac
	# what cannot be reached says so in several ways
	on docker run --rm busybox:1.36 /bin/sh -c 'echo started; ulimit -Sn; ulimit -Hn'
	same_as "dj-$try-run" 's/^docker: \(error during connect\|Cannot connect\).*/docker: no daemon/'
	on docker info --format '{{json .Driver}} {{json .DriverStatus}} {{json .LoggingDriver}}'
	same_as "dj-$try-info"
	on docker ps -q
	case $try in
	noname | storopt* | typo | badjson) expect "containers with $try" "$(said | wc -l)" 0 ;;
	*) expect "containers with $try" "$(said | wc -l)" 3 ;; # those from before keep their own log options
	esac
	case $try in
	storopt* | typo | badjson)
		rm "$root/etc/docker/daemon.json"
		on_root systemctl restart docker; expect "too many restarts after $try" "$rc" 1
		on_root systemctl reset-failed docker
		on_root systemctl restart docker; expect "put back after $try" "$rc" 0
		on docker ps -q; expect "containers after $try" "$(said | wc -l)" 3
		;;
	esac
done
on docker ps; heading 'docker ps' "$trixie/docker-ps.stdout"
on docker images; heading 'docker images' "$trixie/docker-images.stdout"
on docker system df; heading 'docker system df' "$trixie/docker-system-df.stdout"
on docker run --rm nosuch:1 true; expect 'no such image' "$rc" 125
on docker inspect nosuch; expect 'no such container' "$rc" 1

# --- systemd and the journal ----------------------------------------------------------------------
world phase-1 0
on systemctl show docker -p ActiveState,SubState,Result,MainPID,ExecMainStartTimestamp
sed 's/=.*//' "$scratch/out" >"$scratch/names"
expect 'systemctl show' "$(cat "$scratch/names")" "$(sed 's/=.*//' "$trixie/systemctl-show-docker.stdout")"
on systemctl --failed --no-legend --plain; same_as systemctl-failed
on systemctl restart docker; expect 'restart as a user' "$rc" 1
on_root journalctl --vacuum-size=8M
grep -q '^Vacuuming done, freed 384M of archived journals' "$scratch/err" || fail 'journalctl --vacuum-size'
expect 'its standard output' "$(said)" ''
# shellcheck disable=SC2016
on_root systemd-run --quiet --collect --unit=job --uid=twister sh -c 'id -u >"$root/tmp/who"; exec sleep 60'
expect 'systemd-run' "$rc" 0
n=0
until [ -s "$root/tmp/who" ] || [ $n -ge 1200 ]; do
	sleep 0.05
	n=$((n + 1))
done
expect 'who a unit is' "$(cat "$root/tmp/who")" 1000
on systemctl is-active job; expect 'a running unit' "$(said)" active
on_root systemd-run --quiet --unit=job true; expect 'a unit twice' "$rc" 1
on_root systemctl stop job
on systemctl is-active job; expect 'a stopped unit' "$(said)" inactive

# --- JSON -----------------------------------------------------------------------------------------
# shape: every path with its type; list positions are one, and what a live server adds is left out
if command -v jq >/dev/null; then
	shape() {
		jq -r 'del(.. | objects | .managedFields?, .labels?, .annotations?, .matchLabels?, .selfLink?, .generateName?)
			| [paths(type != "null") as $p | [($p | map(if type == "number" then "#" else . end) | join(".")), (getpath($p) | type)] | join(" ")]
			| unique | .[]' "$1" | sort -u
	}
	like() { # WHAT CAPTURE: every path of ours stands in the record, with that type
		shape "$scratch/out" >"$scratch/ours" || { fail "$1 is not JSON"; return; }
		shape "$2" >"$scratch/theirs"
		[ -s "$scratch/ours" ] || fail "$1 says nothing"
		comm -23 "$scratch/ours" "$scratch/theirs" | grep -v -E "${3:-^$}" >"$scratch/odd"
		[ ! -s "$scratch/odd" ] || { fail "$1 has what the real one has not"; sed 's/^/  | /' "$scratch/odd" >&2; }
		comm -13 "$scratch/ours" "$scratch/theirs" | grep -v -E "${4:-^$}" >"$scratch/odd"
		[ ! -s "$scratch/odd" ] || { fail "$1 lacks what the real one has"; sed 's/^/  | /' "$scratch/odd" >&2; }
	}
	world phase-0 0
	sed 1d "$trixie/lsblk-json-full.txt" | sed '/^--- stderr/,$d' >"$scratch/full"
	on lsblk -J -b -o NAME,SIZE,TYPE,FSTYPE,MOUNTPOINTS,MODEL,ROTA
	like 'lsblk -J' "$trixie/lsblk-json.stdout" 'mountpoints.# string'
	on docker version --format '{{json .}}'; like 'docker version' "$trixie/docker-version.stdout"
	on docker info --format '{{json .}}'
	like 'docker info' "$trixie/docker-info-json.stdout" '^$' \
		'^(Runtimes|RegistryConfig|Swarm|ClientInfo|CDISpecDirs|Containerd|ContainerdCommit|InitCommit|RuncCommit|FirewallBackend|DiscoveredDevices)'
	on docker ps --format '{{json .}}'; like 'docker ps' "$trixie/docker-ps-with-json.stdout"
	on docker system df --format '{{json .}}'; like 'docker system df' "$trixie/docker-system-df-json-with.stdout"
	on docker inspect local-registry; like 'docker inspect' "$trixie/docker-inspect-web.stdout" 'Config.(max|Cmd)|Args' '.'
	on kubectl get nodes -o json
	like nodes "$kube/nodes-json.out"
	on kubectl get pods -A -o json
	like pods "$kube/pods-json.out" 'imageID|lastState' 'priority|preemption|enableServiceLinks|tolerations|metadata.creation|ownerRef|deletion|hostname|subdomain'
	expect 'pods on 4 February' "$(jq '.items | length' "$scratch/out")" 142
	expect 'evicted on 4 February' "$(jq '[.items[] | select(.status.reason == "Evicted")] | length' "$scratch/out")" 120
	on kubectl get deployments -A -o json
	like deployments "$kube/deployments-json.out" '^$' 'priority|rollingUpdate|progressDeadline|lastUpdateTime|template.metadata|unavailableReplicas'
	on kubectl get rs -A -o json
	like replicasets "$kube/replicasets-json.out" '^$' 'template.metadata|fullyLabeled'
	on kubectl get events -A -o json
	like events "$kube/events-json.out" '^$' 'involvedObject|source|series|action'
fi

# --- kubectl --------------------------------------------------------------------------------------
world phase-0 0
for kind in pods nodes deployments replicasets statefulsets namespaces; do
	on kubectl get "$kind" -A; heading "kubectl get $kind" "$kube/$kind.out"
done
for kind in pods-wide nodes-wide deployments-wide replicasets-wide statefulsets-wide events-wide; do
	on kubectl get "${kind%-wide}" -A -o wide; heading "kubectl get $kind" "$kube/$kind.out"
done
ours_and_theirs() { # CAPTURE WORD…: standard error and status
	capture=$1
	shift
	on kubectl "$@"
	expect "kubectl $*: words" "$(sed 's/^error: unknown/Error: unknown/' "$scratch/err")" "$(sed 's/^error: unknown/Error: unknown/' "$kube/$capture.err")"
	expect "kubectl $*: status" "$rc" "$(cat "$kube/$capture.rc")"
}
ours_and_theirs 01 patch deployment --all-namespaces --all -p '{"spec":{"revisionHistoryLimit":2}}'
ours_and_theirs 07 patch deployment -n twisterlab nosuch -p '{"spec":{"revisionHistoryLimit":2}}'
ours_and_theirs 11 delete replicaset --all-namespaces --field-selector=status.replicas=0
ours_and_theirs notfound get pod -n twisterlab nosuch
ours_and_theirs ns-notfound get pods -n nosuch
ours_and_theirs unknown-type get nosuchthing
ours_and_theirs pods-app-redis get pods -n twisterlab -l app=redis
ours_and_theirs pods-bad-field get pods -A --field-selector=status.reason=Evicted
ours_and_theirs events-none get events -A --field-selector reason=NoSuchReason
ours_and_theirs bad-flag get pods --nosuchflag
ours_and_theirs rollout-status-unavailable rollout status deployment/mcp-unified -n twisterlab --timeout=3s
ours_and_theirs top-nodes top nodes
on kubectl get pods -n twisterlab -l component=cache --no-headers; expect 'redis by its label' "$(said | wc -l)" 1
on kubectl get pods -A --field-selector=status.phase!=Running --no-headers
said | grep -q CrashLoopBackOff && fail 'CrashLoopBackOff is a Running phase'
on kubectl delete pods -A --field-selector=status.phase=Failed; expect 'deleted' "$(said | wc -l)" 120
on kubectl delete pods -A --field-selector=status.phase=Failed; expect 'deleted again' "$(said)" 'No resources found'
on kubectl delete pod node-debugger-edgeserver-x7k2p; expect 'deleted by name' "$rc" 0
on kubectl scale deployment/builder -n twisterlab --replicas=0; expect 'scale builder' "$rc $(cat "$scratch/err")" '0 '
on kubectl scale deployment/mcp-unified -n twisterlab --replicas=0; expect 'scale mcp-unified' "$rc $(cat "$scratch/err")" '0 '
on kubectl get pods -A --no-headers; expect 'pods left' "$(said | grep -c ' 1/1 *Running ')/$(said | wc -l)" 17/17
said | grep -v ' 1/1 *Running ' >&2 # which, when it is not so
on kubectl delete pod -n twisterlab postgres-0
on kubectl get pod -n twisterlab postgres-0 --no-headers; expect 'a StatefulSet brings its pod back' "$(said | awk '{ print $3 }')" Running
disk_pressure='jsonpath={.items[0].status.conditions[?(@.type=="DiskPressure")].status}'
on kubectl get nodes -o "$disk_pressure"; expect 'DiskPressure before' "$(said)" True
: >"$root/var/log/kern.log"
on kubectl get nodes -o "$disk_pressure"; expect 'DiskPressure after' "$(said)" False
on df -h "$root"/; expect 'df when kern.log is empty' "$(said | awk 'NR > 1 { print $5 }')" 74%
on du -sh "$root/var/log"; expect 'the logs that are left' "$(said | cut -f 1)" 17G

# --- units of files ---------------------------------------------------------------------------------
world phase-0 0
units=$root/etc/systemd/system
printf '%s\n' '#!/bin/sh' 'echo "it ran with ${WORD-nothing} of ours"; exit "$(cat "$root/tmp/rc")"' >"$root/usr/local/bin/job"
chmod +x "$root/usr/local/bin/job"
echo 0 >"$root/tmp/rc"
printf '%s\n' '[Unit]' 'Description=A job' '[Service]' 'Type=oneshot' 'ExecStart=/usr/local/bin/job' >"$units/job.service"
printf '%s\n' '[Unit]' 'Description=Its time' '[Timer]' 'OnCalendar=*-*-* 02:15:00' '[Install]' 'WantedBy=timers.target' >"$units/job.timer"
on systemctl is-enabled job.timer; expect 'a timer at first' "$(said)" disabled
on systemctl enable --now job.timer
expect 'enable without root' "$rc" 1
on_root systemctl enable --now job.timer; expect 'enable --now' "$rc" 0
on systemctl is-enabled job.timer; expect 'an enabled timer' "$(said)" enabled
on systemctl is-active job.timer; expect 'a started timer' "$(said)" active
on systemctl list-timers --all --no-legend --no-pager
grep -q 'UTC [0-9]*h left .*job\.timer *job\.service$' "$scratch/out" || grep -q 'UTC [0-9]*min left .*job\.timer *job\.service$' "$scratch/out" ||
	fail 'list-timers does not have it'
on systemctl show job.timer -p NextElapseUSecRealtime
case $(said) in
*' 02:15:00 UTC') ;;
*) fail "its next time: $(said)" ;;
esac
WORD=much on_root systemctl start job.service; expect 'a service of a file' "$rc" 0
on journalctl -u job.service -n 5 --no-pager -o cat
grep -q 'it ran with nothing of ours' "$scratch/out" || fail 'it had our environment, or its output is lost'
echo 3 >"$root/tmp/rc"
on_root systemctl start job.service; expect 'one that fails' "$rc" 1
grep -q 'Job for job.service failed because the control process exited with error code' "$scratch/err" || fail 'no words of it'
on systemctl is-failed job.service; expect 'and is failed' "$(said)" failed
on_root systemctl disable --now job.timer
on systemctl is-active job.timer; expect 'a stopped timer' "$(said)" inactive

# --- any awk says the same ------------------------------------------------------------------------
world phase-0 0
views() {
	on sh -c 'df -h; lsblk; lsblk -J -b -O; sudo lvs --units m; sudo vgs --reportformat json; findmnt -J; docker ps -a; docker images
		docker system df; docker info --format "{{json .}}" | sed "s/\"SystemTime\":[^,]*//"; docker inspect local-registry
		kubectl get pods -A --no-headers | sed "s/([^)]*)//; s/ [0-9a-z]*\$//; s/ *\$//"; kubectl get nodes -o json | grep -v lastHeartbeatTime; journalctl --disk-usage
		sudo lvextend -t -r -L +50G ubuntu-vg/ubuntu-lv; echo "{\"log-opts\":{\"max-size\":\"10q\"}}" >"$root"/tmp/j
		dockerd --validate --config-file "$root"/tmp/j' 2>&1
	cat "$scratch/out" "$scratch/err"
}
views >"$scratch/first"
[ "$(wc -l <"$scratch/first")" -gt 700 ] || fail 'the tools say little'
for other in busybox gawk original-awk; do
	command -v $other >/dev/null || continue
	rm "$root/demo/bin/awk"
	ln -s "$(command -v $other)" "$root/demo/bin/awk"
	views >"$scratch/second"
	diff "$scratch/first" "$scratch/second" >"$scratch/diff" || {
		fail "$other says otherwise"
		head -n 10 "$scratch/diff" >&2
	}
done

# --- seeds: other figures, the same arithmetic -----------------------------------------------------
for seed in 1 2 3 4 5; do
	world phase-1 $seed
	on df -P -B1 "$root"/
	before=$(said | awk 'NR > 1 { print $2, $3 }')
	on_root vgs --noheadings -o vg_free_count; free=$(said | tr -d ' ')
	on_root lvextend -r -l +12800 ubuntu-vg/ubuntu-lv; expect "seed $seed: lvextend" "$rc" 0
	on_root vgs --noheadings -o vg_free_count; expect "seed $seed: extents left" "$(said | tr -d ' ')" $((free - 12800))
	on df -P -B1 "$root"/
	after=$(said | awk 'NR > 1 { print $2, $3 }')
	grown=$(((${after% *} - ${before% *}) / 1048576))
	[ $grown -ge 50200 ] && [ $grown -le 51200 ] || fail "seed $seed: grew by $grown MiB"
	drift=$((${after#* } - ${before#* }))
	[ $drift -ge 0 ] && [ $drift -le 65536 ] || fail "seed $seed: used moved by $drift bytes"
done

# --- nothing is written outside ---------------------------------------------------------------------
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	world phase-1 0
	# shellcheck disable=SC2016
	env -i PATH="$root/demo/bin" root="$root" HOME="$root/home/twister" LC_ALL=C TZ=UTC0 TMPDIR="$root/tmp" "$(command -v strace)" -f -qq -o "$scratch/trace" \
		-e trace=open,openat,creat,mkdir,mkdirat,unlink,unlinkat,rename,renameat,renameat2,symlink,symlinkat,link,linkat,truncate,chmod,fchmodat,chdir \
		sh -c 'cd "$root"; sudo sh -c "
			lvextend -r -L +50G ubuntu-vg/ubuntu-lv; vgcfgbackup; echo {} >\"\$root\"/etc/docker/daemon.json; systemctl restart docker
			journalctl --rotate; journalctl --vacuum-size=1M; hdparm -Tt /dev/sda; systemd-run --unit=x true"
		docker run --rm busybox:1.36 true; docker image prune -f; docker rm -f local-registry
		kubectl delete pod -n twisterlab postgres-0; kubectl rollout restart deployment/redis -n twisterlab; kubectl get nodes -o json
		df; lsblk; du -s "$root"/var; crontab -l; findmnt; echo "0 2 * * * true" | crontab -' >/dev/null 2>&1
	# Relative names are below the folder: chdir never leaves it, but for /.
	grep -v -E 'open.*O_RDONLY|ENOENT|<unfinished|resumed|(--- SIG|\+\+\+)' "$scratch/trace" |
		grep -E '"/' | grep -v -F "\"$root" | grep -v -E '"/dev/(null|tty)"|chdir\("/"\)' >"$scratch/outside"
	[ -s "$scratch/trace" ] || fail 'nothing was traced'
	[ ! -s "$scratch/outside" ] || { fail 'written outside its folder'; head -n 5 "$scratch/outside" >&2; }
fi
exit $status
