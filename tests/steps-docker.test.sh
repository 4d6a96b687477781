#!/bin/sh
# Phase 1's docker-config on a made-up server, on each shell: every way it can end.
set -u
# shellcheck source=tests/steps/lib.sh
. "${TOP_SRCDIR:?}/tests/steps/lib.sh"

old='{
    "debug": true,
    "registry-mirrors": ["http://10.0.0.1:5000"]
}'

edge() {
	server "$1"
	fakes docker docker dockerd systemctl journalctl
	ln -s "$(command -v jq)" "$scratch/bin/jq"
	ln -s "$(command -v df)" "$scratch/bin/df"
	ln -sf "$(command -v sh)" "$scratch/bin/sh"
	mkdir -p "$scratch/root/etc/docker" "$scratch/root/bin"
	ln -s "$(command -v sh)" "$scratch/root/bin/sh"
	printf '%s\n' "$old" >"$scratch/root/etc/docker/daemon.json"
	touch -d '2 days ago' "$scratch/root/etc/docker/daemon.json"
	printf '%s\n' "$old" >"$scratch/state/loaded"
	printf '1000000.00 1.00\n' >"$scratch/root/proc/uptime"
	put began 999000000000
	put unit active
	put enabled enabled
	put fault ''
	put version 26
	put driver overlay2
	put live false
	cat >"$scratch/state/containers" <<-END
		web|aaaa|unless-stopped|false|yes
		job|bbbb|no|false|yes
		off|cccc|no|false|no
		db|dddd|on-failure|false|yes
		k8s_pod|eeee|no|false|yes
	END
	params="max_size='10m' max_file='3' downloads='3' uploads='3' nofile='64000'"
}

# starting N: a server that says so N times, ten seconds each, before it has started.
starting() {
	edge "$shell"
	put starting "$1"
	rm "$scratch/bin/systemctl"
	cat >"$scratch/bin/systemctl" <<-'END'
		#!/bin/sh
		[ "$1" = is-system-running ] || exit 1
		read -r n <"$fake_state/starting"
		[ "$n" -gt 0 ] || { echo degraded; exit 1; }
		echo $((n - 1)) >"$fake_state/starting"
		read -r up _ <"$root/proc/uptime"
		echo "$((${up%.*} + 10)).00 1.00" >"$root/proc/uptime"
		[ "$n" -gt 1 ] && echo initializing || echo starting
		exit 1
	END
	chmod 755 "$scratch/bin/systemctl"
}

# After a power cut sshd is up long before Docker is.
booted() {
	case='the server is starting, and then it has started'
	starting 3
	part docker-config tw_booted 60
	is "$status" 0
	is "$(got starting)" 0
	case='it is starting for longer than anybody waits'
	starting 100
	part docker-config tw_booted 60
	is "$status" 1
	is "$(got starting)" 94
	case='no systemd: there is nothing to wait for'
	edge "$shell"
	rm "$scratch/bin/systemctl"
	part docker-config tw_booted 60
	is "$status" 0
	is "$out" ''
}

# Debian 12's mawk prints numbers over 2^31 as 3.22123e+09, which no test of a shell can compare.
large() {
	case='three terabytes are free'
	edge "$shell"
	rm "$scratch/bin/df"
	printf '#!/bin/sh\necho "Filesystem 1024-blocks Used Available Capacity Mounted on"\necho "x 4221225472 1000000000 3221225472 24%% /"\n' \
		>"$scratch/bin/df"
	chmod +x "$scratch/bin/df"
	part docker-config preflight
	is "$status" 0
}

config() { cat "$scratch/root/etc/docker/daemon.json" 2>/dev/null; }

works() {
	case='from start to end'
	edge "$shell"
	part docker-config preflight
	is "$status" 0
	part docker-config check
	is "$status" 1
	part docker-config plan
	is "$status" 0
	shows '+    "log-driver": "json-file",'
	shows '+        "nofile": {"Name": "nofile", "Hard": 64000, "Soft": 64000}'
	shows '     "debug": true,'
	shows 'docker start job'
	said all-restart
	case $out in *k8s_pod*) fail 'a pod of Kubernetes is listed' ;; esac
	is "$(got log)" ''
	is "$(config)" "$old"
	first=$out
	part docker-config plan
	is "$out" "$first"
	part docker-config apply
	is "$status" 0
	part docker-config verify
	is "$status" 0
	said proved
	said all-back
	is "$(cat "$scratch/root/var/backups/twistertui/daemon.json.old")" "$old"
	is "$(config | jq -c '[.debug, ."log-opts"]')" '[true,{"max-size":"10m","max-file":"3"}]'
	[ -z "$(ls -A "$scratch/root/tmp")" ] || fail 'something was left in tmp'
	case='run twice'
	: >"$scratch/state/log"
	put began 999999990000
	part docker-config check
	is "$status" 0
	said already
	is "$(got log)" ''
	case='undo'
	part docker-config undo
	is "$status" 0
	said undone
	is "$(config)" "$old"
	part docker-config check
	is "$status" 1
	part docker-config undo
	is "$status" 0
	said undo-nothing
}

no_file() {
	case='no daemon.json'
	edge "$shell"
	rm -r "$scratch/root/etc/docker"
	: >"$scratch/state/loaded"
	part docker-config preflight
	is "$status" 0
	part docker-config plan
	shows '--- /dev/null'
	part docker-config apply
	part docker-config verify
	is "$status" 0
	part docker-config undo
	is "$status" 0
	[ ! -e "$scratch/root/etc/docker/daemon.json" ] || fail 'it is still there'
	case='live-restore'
	edge "$shell"
	put live true
	part docker-config plan
	said all-go-on
	case='another storage driver is not pinned'
	put driver btrfs
	part docker-config plan
	case $out in *overlay2*) fail 'overlay2 is written' ;; esac
}

fails() {
	case='dockerd refuses the file'
	edge "$shell"
	printf '{"log-drivr": "x"}\n' >"$scratch/root/etc/docker/daemon.json"
	touch -d '2 days ago' "$scratch/root/etc/docker/daemon.json"
	part docker-config preflight
	blocked refused
	is "$(config)" '{"log-drivr": "x"}'
	part docker-config apply
	is "$status" 1
	said invalid
	is "$(config)" '{"log-drivr": "x"}'
	is "$(grep -c restart "$scratch/state/log")" 0
	part docker-config verify
	is "$status" 1
	case='an old dockerd, and the daemon does not come up'
	edge "$shell"
	put version 20
	put fault refuse
	part docker-config apply
	is "$status" 1
	said no-validate
	said did-not-start
	part docker-config verify
	is "$status" 1
	part docker-config undo
	is "$status" 0
	is "$(config)" "$old"
	said undone
	case='nor with the old file'
	edge "$shell"
	put fault stuck
	part docker-config apply
	part docker-config undo
	is "$status" 1
	said did-not-start
	is "$(config)" "$old"
	case='the restart is refused, the old daemon goes on'
	edge "$shell"
	put fault denied
	part docker-config apply
	is "$status" 1
	said did-not-start
	part docker-config undo
	is "$status" 1
	unsaid undone
	case='a container is started over and over: docker ps lists it, and it does not run'
	edge "$shell"
	part docker-config apply
	sed -i '/web/s/yes$/again/' "$scratch/state/containers"
	part docker-config verify
	is "$status" 1
	said not-back
	case='a container does not come back'
	edge "$shell"
	put fault lost
	part docker-config apply
	sed -i '/web/s/yes$/no/' "$scratch/state/containers"
	part docker-config verify
	is "$status" 1
	said not-back
}

# shim ID: a process of this test that looks like the shim of that container.
shim() {
	env sleep 1000 & # not the one of lib.sh
	pid=$!
	mkdir -p "$scratch/root/proc/$pid/task/$pid"
	: >"$scratch/root/proc/$pid/task/$pid/children"
	printf '/usr/bin/containerd-shim-runc-v2\0-namespace\0moby\0-id\0%s\0-address\0/run/c.sock\0' "$1" >"$scratch/root/proc/$pid/cmdline"
}

# dead PID
dead() { ! read -r _ _ state _ 2>/dev/null <"/proc/$1/stat" || [ "$state" = Z ]; }

# Docker ended itself by force while it stopped a container, whose shim is still there.
left_behind() {
	case='a shim was left behind'
	edge "$shell"
	put fault lost
	shim dddd
	other=$pid
	shim aaaa
	put shim "$pid"
	part docker-config apply
	is "$status" 0
	shows 'web: the shim that was left of it was ended'
	shows 'web started'
	dead "$pid" || fail 'the shim lives'
	dead "$other" && fail "another container's was ended"
	part docker-config verify
	is "$status" 0
	case='a shim that watches something is left alone'
	edge "$shell"
	put fault lost
	shim aaaa
	echo "$other" >"$scratch/root/proc/$pid/task/$pid/children"
	put shim "$pid"
	part docker-config apply
	shows 'task aaaa: already exists'
	dead "$pid" && fail 'the shim was ended'
	part docker-config verify
	is "$status" 1
	said not-back
	kill "$other" "$pid"
	wait "$other" "$pid" 2>/dev/null
}

# The documents' own file: accepted by --validate, active, and no container starts.
nameless() {
	case='a ulimit without Name'
	edge "$shell"
	printf '%s\n' '{"default-ulimits": {"nofile": {"Hard": 64000, "Soft": 64000}}}' >"$scratch/root/etc/docker/daemon.json"
	part docker-config plan
	shows '"Name": "nofile"'
	part docker-config apply
	part docker-config verify
	is "$status" 0
	case='verify sees that no container starts'
	printf '%s\n' '{"default-ulimits": {"nofile": {"Hard": 64000, "Soft": 64000}}}' >"$scratch/state/loaded"
	part docker-config verify
	is "$status" 1
	said no-container
	case='verify sees another limit'
	printf '%s\n' '{"log-opts": {"max-size": "10m", "max-file": "3"}}' >"$scratch/state/loaded"
	part docker-config verify
	is "$status" 1
	said other-limit
	case='verify sees an unlimited log'
	config | jq 'del(."log-opts")' >"$scratch/state/loaded"
	part docker-config verify
	is "$status" 1
	said log-unlimited
}

careful() {
	case='newer than the daemon'
	edge "$shell"
	part docker-config apply
	: >"$scratch/state/log"
	put began 1000000000
	part docker-config check
	is "$status" 1
	said not-loaded
	part docker-config plan
	said only-restart
	case='a second run keeps the first old file'
	part docker-config apply
	is "$(cat "$scratch/root/var/backups/twistertui/daemon.json.old")" "$old"
	case='a file that Docker never started with'
	edge "$shell"
	printf '{"debug": false}\n' >"$scratch/root/etc/docker/daemon.json"
	put began 1000000000
	part docker-config preflight
	blocked untried
	case='ours, not read yet, is no such file'
	edge "$shell"
	part docker-config apply
	put began 1000000000
	part docker-config preflight
	is "$status" 0
	case='what was left of a proof that was killed is swept away'
	edge "$shell"
	mkdir -p "$scratch/root/tmp/twistertui-proof.999.abc" "$scratch/root/tmp/twistertui-proof.888.abc" \
		"$scratch/root/proc/888"
	: >"$scratch/state/twistertui-proof-999"
	: >"$scratch/state/twistertui-proof-888"
	: >"$scratch/state/twistertui-proof:999"
	part docker-config apply
	part docker-config verify
	is "$status" 0
	is "$(cd "$scratch/state" && echo twistertui-proof*)" twistertui-proof-888
	is "$(ls -A "$scratch/root/tmp")" twistertui-proof.888.abc
	case='edited since'
	edge "$shell"
	part docker-config apply
	printf '{}\n' >"$scratch/root/etc/docker/daemon.json"
	part docker-config undo
	is "$status" 1
	said undo-edited
	is "$(config)" '{}'
	case='nothing to put back'
	edge "$shell"
	part docker-config undo
	is "$status" 1
	said undo-no-record
	case='mode and owner stay'
	edge "$shell"
	chmod 640 "$scratch/root/etc/docker/daemon.json"
	part docker-config apply
	is "$(stat -c %a "$scratch/root/etc/docker/daemon.json")" 640
}

blocked_by() { # ID, DAEMON.JSON, then states
	case="blocked: $1 $2"
	id=$1
	edge "$shell"
	[ -z "$2" ] || printf '%b\n' "$2" >"$scratch/root/etc/docker/daemon.json"
	shift 2
	for state in "$@"; do
		put "${state%%=*}" "${state#*=}"
	done
	part docker-config preflight
	blocked "$id"
}

hostile() {
	case='hostile text in daemon.json'
	edge "$shell"
	# shellcheck disable=SC2016
	printf '%s\n' '{"registry-mirrors": ["$(touch /hacked)`touch /hacked`", "%s%n\u001b[31m", "'\''; touch /hacked"]}' \
		>"$scratch/root/etc/docker/daemon.json"
	part docker-config apply
	is "$status" 0
	part docker-config verify
	is "$status" 0
	# shellcheck disable=SC2016
	is "$(config | jq -c '."registry-mirrors"')" '["$(touch /hacked)`touch /hacked`","%s%n\u001b[31m","'\''; touch /hacked"]'
	case='hostile names of containers'
	# shellcheck disable=SC2016
	printf '%s\n' '$(touch /hacked)|ffff|no|false|yes' '-rf|abab|no|false|yes' '* ;id|cdcd|no|false|yes' \
		>>"$scratch/state/containers"
	part docker-config plan
	is "$status" 0
	part docker-config apply
	is "$status" 0
	part docker-config verify
	is "$status" 0
	[ ! -e /hacked ] || fail 'something was run'
}

for shell in $TEST_SHELLS; do
	works
	large
	booted
	fails
	left_behind
	hostile
	[ "$shell" = dash ] || continue # what follows asks no more of the shell than that did
	no_file
	nameless
	careful
	blocked_by not-active '' unit=inactive
	is "$(got asked)" ''
	blocked_by masked '' unit=inactive enabled=masked
	blocked_by unmergeable '{"log-driver": "json-file",}'
	blocked_by unmergeable '{"log-driver": "journald"}'
	blocked_by unmergeable '{"log-opts": {}, "log-opts": {}}'
	blocked_by unmergeable '[1]'
	blocked_by unmergeable '{"a": "\001"}'
	blocked_by not-text '{"a": "\0000"}'
	case='blocked: a link'
	edge "$shell"
	mv "$scratch/root/etc/docker/daemon.json" "$scratch/root/etc/elsewhere"
	ln -s ../elsewhere "$scratch/root/etc/docker/daemon.json"
	part docker-config preflight
	blocked not-a-file
	case='blocked: --rm'
	edge "$shell"
	echo 'once|fefe|no|true|yes' >>"$scratch/state/containers"
	part docker-config preflight
	blocked temporary
	case='blocked: a flag of the daemon'
	edge "$shell"
	mkdir -p "$scratch/root/proc/77"
	printf '/usr/bin/dockerd\0-H\0fd://\0--log-driver=journald\0' >"$scratch/root/proc/77/cmdline"
	part docker-config preflight
	blocked flag
	case='without docker'
	edge "$shell"
	rm "$scratch/bin/docker"
	part docker-config preflight
	blocked no-tool
done
finish
