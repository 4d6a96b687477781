#!/bin/sh
# collect: the collectors' shell, on those of $TEST_SHELLS (dash; ./bootstrap check: bash and busybox, too). The tools
# of the server are made up here from what real ones have printed; what the parsers make of the answers is compared
# with what they printed.
#
# busybox runs its own df, du, find and crontab whatever PATH says: there the figures of df are this machine's.

set -eu
LC_ALL=C
export LC_ALL
captures=$TOP_SRCDIR/tests/captures
scripts=$TOP_SRCDIR/backends/collect
read=$TOP_BUILDDIR/tests/collect_read
mark=4b1d0f6e2a9c8d7b5e3f1a2b3c4d5e6f

scratch=$(mktemp -d)
trap 'chmod -R u+rwx "$scratch"; rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
# Names that have to be quoted wherever they are used.
root="$scratch/a root's \$(dir)"
bin=$scratch/bin
mkdir -p "$root/proc/sys/kernel" "$root/etc/docker" "$root/etc/cron.d" "$root/etc/cron.daily" \
	"$root/var/backups/postgres" "$root/var/backups/redis" "$root/var/log/journal" \
	"$root/etc/rancher/k3s" "$root/proc/42" "$root/home/me" "$bin"
status=0

fail() {
	printf 'collect, %s, %s: %s\n' "$what" "$shell" "$*" >&2
	sed 's/^/  | /' "$scratch/found" >&2
	status=1
}

# expect LINE...: the parser said each of them.
expect() {
	for line; do
		grep -qxF -e "$line" "$scratch/found" || fail "lacks: $line"
	done
}

refuse() {
	for line; do
		! grep -q -e "$line" "$scratch/found" || fail "should not say: $line"
	done
}

shells=
for name in ${TEST_SHELLS:-dash}; do
	! command -v "$name" >/dev/null 2>&1 || shells="$shells $name"
done
[ -n "$shells" ] || shells=sh

# shell_feeds NAME REQUESTS: what the server's shell layer writes to the shell.
shell_feeds() {
	quoted=$(printf '%s\n' "$root" | sed "s/'/'\\\\''/g")
	printf "tw_mark=%s root='%s'\n" "$mark" "$quoted"
	cat "$scripts/prelude.sh"
	printf '%s\n' "${settings:-}"
	cat "$scripts/$1.sh"
	printf '%s\n' "$2"
	# What a tool that reads its standard input would eat.
	printf '# %s\n' 1 2 3 4 5 6 7 8
}

# ask NAME [REQUESTS] [root]: runs the collector on $shell and reads its answer.
ask() {
	name=$1
	shell_feeds "$1" "${2:-collect_$1}" >"$scratch/fed"
	(
		HOME=$root/home/me
		LANG=$french
		LANGUAGE=fr
		export HOME LANG LANGUAGE
		unset KUBECONFIG LC_ALL
		exec_shell
	) <"$scratch/fed" >"$scratch/answer" 2>"$scratch/errors" || fail "the shell ended with $?"
	[ ! -s "$scratch/errors" ] || {
		cp "$scratch/errors" "$scratch/found"
		fail "it wrote to standard error, which is the watches'"
	}
	"$read" "$name" "$mark" "${3:-user}" <"$scratch/answer" >"$scratch/found" ||
		[ -n "${several:-}" ] || fail "the answer is not whole"
}
real_path=$PATH
french=$(locale -a 2>/dev/null | grep -i '^fr_fr' | head -n 1) || :
french=${french:-C.UTF-8}

# In a subshell: becomes the shell under test, whose PATH is the made-up one.
exec_shell() {
	case $shell in
	bash) set -- "$(command -v bash)" --posix ;;
	busybox) set -- "$(command -v busybox)" sh ;;
	*) set -- "$(command -v "$shell")" ;;
	esac
	PATH=$bin
	exec "$@"
}

# tool NAME: made from standard input. Each tells on whoever calls it with a locale, a token, or a standard input.
tool() {
	{
		cat <<-END
			#!/bin/sh
			PATH=$real_path
			calls='$scratch/calls'
			captures='$captures'
			echo "\${0##*/} \$*" >>"\$calls"
			[ "\${LC_ALL-}" = C ] || echo "a French answer"
			[ -z "\${LANGUAGE-}" ] || echo "a French answer"
			! env | grep -q $mark || echo LEAK >>"\$calls"
			case "\$*" in *$mark*) echo LEAK >>"\$calls" ;; esac
			[ -z "\$(head -c 1)" ] || echo "EATS \$0" >>"\$calls"
		END
		cat
	} >"$bin/$1"
	chmod +x "$bin/$1"
}

# What every system has; not tee, so that nothing of ours may need it.
pure='sh cat awk sed head tail sort grep find stat date nice du df sleep env expr'
bare() {
	rm -rf "${bin:?}"
	mkdir "$bin"
	: >"$scratch/calls"
	for name in $pure; do
		ln -s "$(command -v "$name")" "$bin/$name"
	done
}

# The captures have no --no-headers.
body() {
	sed 1d "$captures/kubectl-1.20/$1" >"$scratch/$1"
}

real_tools() {
	bare
	rm "$bin/df"
	tool df <<-'END'
		case $1 in
		-PT) cat "$captures/trixie/df-PT.stdout" ;;
		-Pi) cat "$captures/trixie/df-i.stdout" ;;
		esac
	END
	tool lsblk <<-'END'
		cat "$captures/trixie/lsblk-json.stdout"
	END
	tool pvs <<-'END'
		cat "$captures/trixie/pvs-json.stdout"
		echo "  WARNING: something that is not JSON" >&2
	END
	tool vgs <<-'END'
		cat "$captures/trixie/vgs-json-cols.stdout"
	END
	tool lvs <<-'END'
		cat "$captures/trixie/lvs-json-cols.stdout"
	END
	body pods-wide.out
	body replicasets.out
	body deployments.out
	tool kubectl <<-END
		case "\$KUBECONFIG" in */etc/rancher/k3s/k3s.yaml) ;; *) echo "no kubeconfig" >&2; exit 1 ;; esac
		case "\$*" in
		*"get --raw /api/v1/pods?limit=1") cat "\$captures/kubectl-1.20/pods-limit-1.out" ;;
		*"get --raw /api/v1/pods?watch=1&timeoutSeconds=90&resourceVersion=1026")
			cat "\$captures/kubectl-1.20/watch-events.json"; exec sleep 2 ;;
		*--request-timeout=*"get nodes -o json") cat "\$captures/kubectl-1.20/nodes-json.out" ;;
		*--request-timeout=*"get pods -A -o wide --no-headers") cat "$scratch/pods-wide.out" ;;
		*--request-timeout=*"get rs -A --no-headers") cat "$scratch/replicasets.out" ;;
		*--request-timeout=*"get deployments -A --no-headers") cat "$scratch/deployments.out" ;;
		*) echo "error: unknown command \$*" >&2; exit 1 ;;
		esac
	END
	tool docker <<-'END'
		case $1 in
		info) cat "$captures/trixie/docker-info-json.stdout" ;;
		version) echo 26.1.5+dfsg1 ;;
		ps) cat "$captures/trixie/docker-ps-with-json.stdout" ;;
		inspect)
			[ "$4" = 10fd474200e5 ] || exit 1
			echo '{"Id":"10fd474200e50aef3e6b5e04","RestartCount":0,"Restart":{"Name":"always"},"Log":{"Type":"json-file","Config":{}}}'
			;;
		images) echo '{"ID":"75971b70dd9f","Repository":"scr","Size":"2.02MB","Tag":"1"}' ;;
		system) cat "$captures/trixie/docker-system-df-json-with.stdout" ;;
		events) echo container; exec sleep 60 ;;
		esac
	END
	tool systemctl <<-'END'
		case $* in
		--failed*) echo "x.service loaded failed failed A unit" ;;
		show*) cat "$captures/trixie/systemctl-show-docker.stdout" ;;
		list-timers*) echo "Sun 2026-11-22 00:00:00 UTC 13h - - redis-save.timer redis-save.service" ;;
		esac
	END
	tool crontab <<-'END'
		cat "$captures/trixie/crontab-l.stdout"
		echo "no crontab for me" >&2
		exit 1
	END
	tool getconf <<-'END'
		echo 4096
	END
}

world() {
	cp "$captures/trixie/meminfo.stdout" "$root/proc/meminfo"
	cp "$captures/trixie/loadavg.stdout" "$root/proc/loadavg"
	echo "3600.50 7000.00" >"$root/proc/uptime"
	printf 'cpu 10 0 10 80 0 0 0 0\ncpu0 1 0 1 8 0\ncpu1 9 0 9 72 0\nintr 1 2\n' >"$root/proc/stat"
	echo "6.12.107+deb13-amd64" >"$root/proc/sys/kernel/osrelease"
	printf 'NAME=x\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n' >"$root/etc/os-release"
	echo "42 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 500 500 1 2 3 4 1 6 7 100 9" >"$root/proc/42/stat"
	printf '%s\n' '/dev/sdx /mnt/a\040b ext4 ro,relatime 0 0' >"$root/proc/mounts"
	echo "8 0 sda 1 2 3000 4 5 6 2400 8 0 6000 11" >"$root/proc/diskstats"
	echo "apiVersion: v1" >"$root/etc/rancher/k3s/k3s.yaml"
	echo '{"log-opts": {"max-size": "10m"}}' >"$root/etc/docker/daemon.json"
	head -c 5000 /dev/zero >"$root/var/backups/postgres/all \$(x).sql.gz"
	head -c 7000 /dev/zero >"$root/var/backups/redis/dump.rdb"
	touch -d '2020-01-02 03:04:05' "$root/var/backups/postgres/all \$(x).sql.gz"
	echo '0 2 * * * root pg_dumpall >x' >"$root/etc/cron.d/twisterlab"
	echo '2026-11-21 02:00 done' >"$root/var/log/twisterlab-backup.log"
	head -c 3000000 /dev/zero >"$root/var/log/kern.log"
}

world

for shell in $shells; do
	what='feeding'
	real_tools
	for name in host disks lvm pods docker backups; do
		shell_feeds "$name" : >"$scratch/fed"
		(
			exec_shell
		) <"$scratch/fed" >"$scratch/found" 2>&1 || fail "$name.sh ended the shell"
		[ ! -s "$scratch/found" ] || fail "$name.sh prints when it is read"
	done

	what='host'
	ask host 'collect_host once'
	expect 'state ok' 'fact host.cpus 2' 'fact host.cpu.percent 20' 'fact host.uptime 3600' \
		'fact host.memory.total 1012002816' 'fact host.kernel 6.12.107+deb13-amd64' \
		'fact host.system Debian GNU/Linux 13 (trixie)' 'fact host.units.failed 1' \
		'fact host.load1 3' 'row units x.service' 'row processes 42'

	what='host, ten times'
	: >"$scratch/calls"
	several=yes
	ask host "$(yes collect_host | head -n 10)"
	several=
	[ "$(grep -c systemctl "$scratch/calls")" = 1 ] || fail "$(cat "$scratch/calls")"
	[ "$(grep -c ' + processes$' "$scratch/answer")" = 10 ] || fail "an answer lacks what is kept"

	what='disks'
	ask disks
	expect 'state ok' 'fact disk.unallocated 210450251776' 'row devices ubuntu--vg-ubuntu--lv' \
		'note warn /mnt/a b is mounted read-only' 'row space /var/log/kern.log'
	refuse 'fact disk.logs nan'
	[ "$shell" = busybox ] || expect 'fact disk.root.size 105089261568' 'fact disk.root.percent 1' \
		'fact disk.root.inodes.percent 1'

	what='lvm'
	ask lvm 'collect_lvm once' root
	expect 'state ok' 'row groups ubuntu-vg' 'row volumes ubuntu-vg/ubuntu-lv' 'row physical /dev/sdb3'
	[ "$shell" = busybox ] || expect 'fact lvm.root.size 107374182400' 'fact lvm.vg.free 210449203200'

	what='pods'
	ask pods
	expect 'state ok' 'fact pods.running 17' 'fact pods.total 19' 'fact pods.evicted 120' \
		'fact pods.crashing 2' 'fact pods.replicasets.empty 12' 'fact node.diskpressure 1' \
		'row deployments twisterlab/mcp-unified'

	what='docker'
	ask docker 'collect_docker once'
	expect 'state ok' 'fact docker.active 1' 'fact docker.version 26.1.5+dfsg1' 'fact docker.images 1' \
		'fact docker.containers.running 1' 'fact docker.log.limited 1' 'fact docker.configured 1' \
		'fact docker.reclaimable 4049000' \
		'note warn 1 container writes logs without a limit: web'

	what='backups'
	ask backups
	expect 'state ok' 'fact backup.postgres.size 5000' 'fact backup.postgres.count 1' \
		'fact backup.redis.size 7000' 'fact backup.scheduled 1' 'row files /var/backups/redis/dump.rdb' \
		'row files /var/backups/postgres/all $(x).sql.gz' 'row log 0'
	grep -q 'note bad the newest PostgreSQL backup is' "$scratch/found" || fail "not stale"

	what='backups in another folder'
	mkdir -p "$root/srv/it's here"
	head -c 900 /dev/zero >"$root/srv/it's here/x.sql"
	settings="tw_backup_postgres_dir='/srv/it'\\''s here' tw_backup_log=/no/log"
	ask backups
	settings=
	expect 'fact backup.postgres.size 900' "row files /srv/it's here/x.sql"
	refuse 'row log'

	what='what the tools saw'
	cp "$scratch/calls" "$scratch/found"
	refuse LEAK EATS

	what='a tool past its limit'
	tool timeout <<-'END'
		case $2 in
		df) case $* in *-l*) exec cat "$captures/trixie/df-PT.stdout" ;; esac ;;
		esac
		exit 124
	END
	if [ "$shell" != busybox ]; then
		ask disks
		expect 'fact disk.root.percent 1'
		ask pods
		expect 'state hung'
		ask docker
		expect 'state hung'
	fi
	rm "$bin/timeout"

	what='a Docker that was stopped is not asked: that would start it'
	tool systemctl <<-'END'
		[ "$1" = show ] && printf '%s\n' LoadState=loaded ActiveState=inactive SubState=dead Result=success
	END
	tool docker <<-END
		echo asked >>"$scratch/asked"
		exit 1
	END
	ask docker
	expect 'state ok' 'fact docker.active 0' 'note bad the Docker daemon does not run: systemd: inactive'
	ask docker '(watch_docker); collect_docker'
	[ ! -e "$scratch/asked" ] || fail 'docker was asked'
	# each answer of docker's stops it: the second question must not come
	tool systemctl <<-END
		state=active
		[ ! -e "$scratch/asked" ] || state=deactivating
		[ "\$1" = show ] && printf '%s\n' TriggeredBy=docker.socket LoadState=loaded "ActiveState=\$state"
	END
	tool docker <<-END
		echo "\$1" >>"$scratch/asked"
		echo '{"ServerVersion":"26.1.5"}'
	END
	ask docker
	expect 'fact docker.active 0' 'note bad the Docker daemon does not run: systemd: deactivating'
	[ "$(cat "$scratch/asked")" = info ] || fail "docker was asked while it was stopped: $(cat "$scratch/asked")"
	rm "$scratch/asked"
	tool docker <<-END
		echo asked >>"$scratch/asked"
		exit 1
	END
	tool systemctl <<-'END'
		[ "$1" = show ] && printf '%s\n' LoadState=not-found ActiveState=inactive
	END
	ask docker
	[ -e "$scratch/asked" ] || fail 'docker was not asked'
	rm "$scratch/asked"

	what='tools that fail'
	for name in lsblk pvs vgs lvs kubectl docker systemctl crontab; do
		tool "$name" <<-'END'
			printf 'some \033[31mjunk {"\n'
			echo "that does not work" >&2
			exit 3
		END
	done
	ask host
	expect 'state ok'
	refuse 'host.units.failed'
	ask disks
	refuse 'row devices'
	ask lvm 'collect_lvm once' root
	expect 'state failed' 'reason pvs says: that does not work'
	ask pods
	expect 'state failed' 'reason kubectl says: that does not work'
	ask docker
	expect 'state ok' 'fact docker.active 0'
	ask backups
	expect 'state ok'

	what='tools that say yes and talk nonsense'
	for name in lsblk pvs vgs lvs kubectl docker systemctl crontab; do
		tool "$name" <<-'END'
			printf '\033]0;x\007 %s 99%% {"a": [1, 2\n\n\377\000\n' "$*"
		END
	done
	for name in host disks lvm pods docker backups; do
		ask "$name"
	done

	what='no tools'
	bare
	ask host
	expect 'state ok' 'fact host.cpus 2'
	ask disks
	refuse 'row devices'
	ask lvm
	expect 'state missing'
	ask pods
	expect 'state missing' 'reason kubectl is not on this server'
	ask docker
	expect 'state missing' 'reason docker is not on this server'
	ask backups
	expect 'state ok' 'fact backup.redis.size 7000'

	what='k3s without a kubectl'
	tool k3s <<-'END'
		[ "$1" = kubectl ] || exit 1
		case "$*" in
		*"get pods -A"*) echo "ns   a   1/1   Running   0   5m" ;;
		*) exit 1 ;;
		esac
	END
	ask pods
	expect 'state ok' 'fact pods.running 1'

	what='a namespace only'
	tool kubectl <<-'END'
		case "$*" in
		*" -A "*) echo 'Error from server (Forbidden): pods is forbidden' >&2; exit 1 ;;
		*"get pods -n mine "*) echo "a   1/1   Running   0   5m" ;;
		*) exit 1 ;;
		esac
	END
	settings="tw_namespaces='other mine'"
	ask pods
	settings=
	expect 'state ok' 'fact pods.running 1' 'row pods mine/a'

	what='watches'
	real_tools
	for name in pods docker; do
		rm -f "$scratch/pid" "$scratch/errors"
		shell_feeds "$name" "collect_$name >/dev/null
			watch_$name & echo \$! >'$scratch/pid'; wait \$!" >"$scratch/fed"
		(
			HOME=$root/home/me
			export HOME
			exec_shell
		) <"$scratch/fed" >"$scratch/found" 2>"$scratch/errors" &
		watcher=$!
		tries=0
		until [ -s "$scratch/errors" ] && [ -s "$scratch/pid" ] || [ "$tries" = 1200 ]; do
			sleep 0.05
			tries=$((tries + 1))
		done
		# That of the pods has said its one word and ended.
		kill "$(cat "$scratch/pid")" 2>/dev/null || [ "$name" = pods ] || fail "watch_$name: it is not there"
		wait "$watcher" || :
		[ -s "$scratch/errors" ] || fail "watch_$name says nothing on file descriptor 2"
		[ ! -s "$scratch/found" ] || fail "watch_$name writes to standard output"
		[ "$name" != pods ] || [ "$(wc -c <"$scratch/errors")" -lt 20 ] ||
			fail 'watch_pods sends what changed over the wire'
	done

	what='an empty server'
	empty=$root
	root=$scratch/nothing
	mkdir -p "$root"
	ask host
	expect 'state failed'
	for name in disks lvm pods docker backups; do
		ask "$name"
	done
	expect 'fact backup.postgres.count 0' 'fact backup.scheduled 0'
	root=$empty

	what='this machine'
	if [ -r /proc/meminfo ] && [ "$shell" != busybox ]; then
		empty=$root
		root=
		kept=$bin
		bin=$real_path
		ask host
		total=$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)
		expect 'state ok' "fact host.memory.total $((total * 1024))" \
			"fact host.kernel $(cat /proc/sys/kernel/osrelease)"
		ask disks
		expect 'state ok'
		# A chroot's / is no mount of its own.
		if grep -q '^[^ ]* / ' /proc/mounts; then
			size=$(df -P -B1 / | awk 'NR == 2 { print $2 }')
			expect "fact disk.root.size $size" 'row mounts /'
		fi
		bin=$kept
		root=$empty
	fi
done

if command -v shellcheck >/dev/null 2>&1; then
	what=shellcheck shell=sh
	shellcheck -s sh "$scripts"/*.sh >"$scratch/found" 2>&1 || fail "it has found something"
fi
exit "$status"
