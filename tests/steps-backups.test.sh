#!/bin/sh
# shellcheck disable=SC2016 # commands for the simulated server
# Phase 0's backups, restores and restart of k3s on the built-in EdgeServer, on each shell: from start to end, and each way
# to fail.
set -u
# shellcheck source=tests/steps/lib.sh
. "${TOP_SRCDIR:?}/tests/steps/lib.sh"
# shellcheck source=tests/steps/demo.sh
. "$top/tests/steps/demo.sh"
phase=$top/phases/0-stabilisation

# edge: a new EdgeServer, and what the steps are asked for at first.
edge() {
	demo
	params="what=both postgres_label=app=postgres redis_label=component=cache at=02:00 keep=7 kind=postgres"
}

files() { # how many backups of KIND there are
	find "$scratch/root/var/backups/$1" -name "$1_*" | wc -l | tr -d ' '
}

works() {
	case='from start to end'
	edge
	part backups preflight
	is "$status" 0
	part backups check
	is "$status" 1
	part backups plan
	is "$status" 0
	shows ' PostgreSQL: pod twisterlab/postgres-0 (app=postgres), at 02:00:00, 7 days, /var/backups/postgres'
	shows '(component=cache), at 02:15:00'
	shows '+ExecStart=/usr/local/sbin/twistertui-backup-redis'
	first=$out
	part backups plan
	is "$out" "$first"
	is "$(files postgres)$(files redis)" 00
	part backups apply
	is "$status" 0
	part backups verify
	is "$status" 0
	said made
	is "$(files postgres)$(files redis)" 11
	is "$(stat -c %a "$scratch"/root/var/backups/postgres/postgres_*)" 600
	is "$(gzip -dc "$scratch"/root/var/backups/postgres/postgres_* | grep -c '^CREATE TABLE')" 2
	is "$(tool 'systemctl is-enabled twistertui-backup-postgres.timer')" enabled
	grep -q ' postgres: postgres_.* bytes OK$' "$scratch/root/var/log/twisterlab-backup.log" || fail 'not logged'
	case='run twice'
	part backups check
	is "$status" 0
	said already
	case='no password anywhere'
	secret=$(cat "$scratch/root/demo/db/secret")
	! grep -rqF "$secret" "$scratch/root/var" "$scratch/root/etc" "$scratch/root/usr" "$scratch/out" ||
		fail 'a password of the pods stands on the server'
	case='undo'
	part backups undo
	is "$status" 0
	said undone
	[ ! -e "$scratch/root/usr/local/sbin/twistertui-backup-redis" ] || fail 'the script is still there'
	is "$(tool 'systemctl is-active twistertui-backup-postgres.timer')" inactive
	is "$(files postgres)$(files redis)" 11
	part backups check
	is "$status" 1
	case='undo of a change puts the former one back'
	part backups apply
	before=$(cat "$scratch/root/usr/local/sbin/twistertui-backup-postgres")
	params="$params keep=3"
	part backups check
	is "$status" 1
	tool 'rm -f "$root"/var/backups/*/postgres_* "$root"/var/backups/*/redis_*'
	part backups apply
	is "$status" 0
	part backups undo
	is "$(cat "$scratch/root/usr/local/sbin/twistertui-backup-postgres")" "$before"
}

# fails_by SWITCH KIND WORDS: the backup fails with them, and leaves neither a file nor a half one.
fails_by() {
	case="$1"
	edge
	[ "$1" = pg-password ] || [ "$1" = redis-password ] || breaks "$1"
	params="$params what=$2"
	part backups apply
	[ "$status" -ne 0 ] || fail 'apply passed'
	is "$(files "$2")" 0
	is "$(find "$scratch/root/var/backups/$2" -name '.part*')" ''
	grep -q "$2: FAILED: .*$3" "$scratch/root/var/log/twisterlab-backup.log" || fail "not logged: $3"
	part backups verify
	is "$status" 1
	said none-made
	mends "$1"
	part backups apply
	is "$status" 0
	part backups verify
	is "$status" 0
}

blocked_by() { # ID COMMAND [PARAMS]
	case="$1"
	edge
	params="$params ${3-}"
	tool "$2" >/dev/null
	part backups preflight
	is "$status" 1
	said "$1"
}

blocks() {
	blocked_by no-server : redis_label=app=redis
	grep -q 'component=cache' "$scratch/marks" || fail 'what it could be is not named'
	blocked_by several-pods 'kubectl run other -n twisterlab --image=postgres:16 --labels=app=postgres'
	blocked_by no-systemd 'rm -r "$root"/run/systemd/system'
	# shellcheck disable=SC2016
	blocked_by not-ours 'mkdir -p "$root"/usr/local/sbin; echo mine >"$root"/usr/local/sbin/twistertui-backup-redis'
	blocked_by no-tool 'rm "$root"/demo/bin/flock'
	blocked_by no-server 'echo refused >"$root"/demo/fail/kube'
	case='Kubernetes refuses, and the server has a Redis of its own'
	edge
	params="$params what=redis"
	tool 'mkdir -p "$root"/run/redis && : >"$root"/run/redis/redis.pid
		printf "#!/bin/sh\necho PONG\n" >"$root"/demo/bin/redis-cli && chmod 755 "$root"/demo/bin/redis-cli'
	breaks kube refused
	part backups preflight
	is "$status" 0
	said pods-unknown
	grep -q 'was%20refused' "$scratch/marks" || fail 'why is not said'
	mends kube
	part backups preflight
	unsaid pods-unknown
	case='a password that the pod does not know'
	edge
	: >"$scratch/root/demo/db/secret"
	breaks pg-password
	part backups preflight
	is "$status" 1
	said no-answer
	case='a password that the pod knows'
	edge
	breaks pg-password
	breaks redis-password
	part backups preflight
	is "$status" 0
	part backups apply
	is "$status" 0
}

changes() {
	case='the pod is gone between plan and apply'
	edge
	part backups plan
	first=$out
	tool 'kubectl delete pod -n twisterlab -l component=cache' >/dev/null
	part backups plan
	[ "$out" != "$first" ] || fail 'the plan is the same'
	case='no pod at all when the timer comes'
	edge
	part backups apply
	awk -F '\t' '$2 != "postgres-0"' "$scratch/root/demo/k8s/pods" >"$scratch/pods" && cp "$scratch/pods" "$scratch/root/demo/k8s/pods"
	tool 'systemctl start twistertui-backup-postgres.service' >/dev/null && fail 'it passed'
	grep -q 'FAILED: no pod runs with the label app=postgres' "$scratch/root/var/log/twisterlab-backup.log" || fail 'not said'
	case='two at once'
	edge
	part backups apply
	(
		flock 9
		! tool 'systemctl start twistertui-backup-redis.service' >/dev/null
	) 9>"$scratch/root/var/backups/redis/.lock" || fail 'the second one ran'
	grep -q 'redis: FAILED: the one before is still running' "$scratch/root/var/log/twisterlab-backup.log" || fail 'not said'
	case='old ones go, but not when the new one fails'
	edge
	tool 'touch -d "@$(($(date +%s) - 8 * 86400))" "$root"/var/backups/postgres/postgres_1.sql.gz
		touch -d "@$(($(date +%s) - 6 * 86400))" "$root"/var/backups/postgres/postgres_2.sql.gz'
	breaks pg_dumpall
	part backups apply
	is "$(files postgres)" 2
	mends pg_dumpall
	part backups apply
	is "$(files postgres)" 2
	[ ! -e "$scratch/root/var/backups/postgres/postgres_1.sql.gz" ] || fail 'the old one is still there'
}

restores() {
	case='restored and compared'
	edge
	part restore-postgres preflight
	is "$status" 1
	said no-backup-yet
	part backups apply
	for kind in postgres redis; do
		params="$params kind=$kind"
		part restore-postgres preflight
		is "$status" 0
		part restore-postgres plan
		is "$status" 0
		shows "kubectl run twistertui-restore-$kind -n twisterlab"
		part restore-postgres apply
		is "$status" 0
		part restore-postgres verify
		is "$status" 0
		said equal
		is "$(tool 'kubectl get pods -A' | grep -c restore)" 0
		is "$(ls "$scratch/root/var/tmp")" ''
	done
	shows '0 400 '
	case='a restore that differs'
	breaks restore-differs
	for kind in postgres redis; do
		params="$params kind=$kind"
		part restore-postgres apply
		part restore-postgres verify
		is "$status" 1
		[ "$kind" = redis ] || said not-the-backup
		[ "$kind" = postgres ] || said not-the-original
		is "$(tool 'kubectl get pods -A' | grep -c restore)" 0
	done
	mends restore-differs
	case='no content in the output'
	! grep -q 'scout\|session:' "$scratch/out" || fail 'rows of the database are shown'
	case='never compared'
	rm "$scratch/root/var/backups/twistertui/restore-test"
	part restore-postgres verify
	is "$status" 1
	said not-compared
	case='no pod of that image starts'
	breaks kube-run
	part restore-postgres apply
	[ "$status" -ne 0 ] || fail 'apply passed'
	said no-copy
	is "$(ls "$scratch/root/var/tmp")" ''
}

restarts() {
	case='k3s'
	demo
	params=wait=3
	todo restart-k3s
	shows '17 pods are ready'
	run_ restart-k3s
	is "$status" 0
	said all-back
	grep -q ' fact =phase.k3s.pods.after =17' "$scratch/marks" || fail 'not 17 pods'
	case='k3s: it says yes and does nothing'
	breaks k3s-lie
	run_ restart-k3s
	is "$status" 1
	said not-restarted
	mends k3s-lie
	case='k3s: a service does not come back'
	breaks k3s-lose
	run_ restart-k3s
	is "$status" 1
	said fewer
	grep -q 'twisterlab/redis-[0-9a-z]*%20(0/1)' "$scratch/marks" || fail 'which one is not named'
	case='k3s: it does not start'
	breaks k3s-start
	run_ restart-k3s
	is "$status" 1
	said not-active
	refused restart-k3s not-active
	demo
	breaks kube forbidden
	refused restart-k3s no-answer
	# What is asked after preflight may fail as well: pods that are not known are not none.
	for one in plan apply; do
		part restart-k3s $one
		is "$status" 1
		said no-answer
		grep -q 'Forbidden' "$scratch/marks" || fail "$one does not say why"
	done
	tool 'printf "#!/bin/sh\nexit 3\n" >"$root"/demo/silent; chmod 755 "$root"/demo/silent; ln -sf ../silent "$root"/demo/bin/kubectl' >/dev/null
	part restart-k3s plan
	is "$status" 1
	grep -q ' say =no-answer =kubectl:%203' "$scratch/marks" || fail 'a kubectl without words has no reason'
	demo
	tool 'kubectl cordon edgeserver' >/dev/null
	part restart-k3s preflight
	is "$status" 0
	tool 'rm "$root"/demo/bin/kubectl "$root"/demo/bin/k3s'
	refused restart-k3s no-answer
}

for shell in $TEST_SHELLS; do
	command -v "$shell" >/dev/null 2>&1 || continue
	works
	fails_by pg_dumpall postgres 'pg_dumpall ended with 1'
	fails_by pg-trailer postgres 'the dump has no end'
	fails_by rdb-cut redis 'not a whole RDB'
	blocks
	changes
	restores
	restarts
done
finish
