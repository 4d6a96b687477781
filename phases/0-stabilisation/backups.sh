# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; what, postgres_label, redis_label, at, keep: parameters
# backups: PostgreSQL and Redis are saved every night, by a script and a timer each; the first one is made at once.
#
# The script looks for its server anew each time, by label, because pods come and go. What it saves gets its name only
# after its end was seen: a dump that was cut short is a valid .gz, and a pipe's status is that of gzip.

units=$root/etc/systemd/system
place_of_scripts=$root/usr/local/sbin
notes=$root/var/backups/twistertui

choices() {
	choice both 'PostgreSQL + Redis' 1
	choice postgres PostgreSQL 0
	choice redis Redis 0
}

kinds() {
	case $what in
	both) echo postgres redis ;;
	*) echo "$what" ;;
	esac
}

# about KIND: $title, $label, $suffix of its files, $time when its timer comes: Redis' a quarter of an hour later.
about() {
	case $1 in
	postgres) title=PostgreSQL label=$postgres_label suffix=.sql.gz time=$at:00 ;;
	*)
		title=Redis label=$redis_label suffix=.rdb
		time=$(awk -v t="$at" 'BEGIN {
			split(t, part, ":")
			m = (part[1] * 60 + part[2] + 15) % 1440
			printf "%02d:%02d:00", int(m / 60), m % 60
		}')
		;;
	esac
	folder=$root/var/backups/$1
	script=$place_of_scripts/twistertui-backup-$1
	unit=twistertui-backup-$1
}

# pods: NAMESPACE NAME of those that run and have $label; as tw_kube when the cluster does not answer.
pods() {
	tw_kube --request-timeout=15s get pods -A -l "$label" --field-selector=status.phase=Running \
		-o 'jsonpath={range .items[*]}{.metadata.namespace}{" "}{.metadata.name}{"\n"}{end}'
}

# Pods whose image names such a server, with their labels: what the operator may have meant.
look_alike() {
	tw_kubectl --request-timeout=15s get pods -A --field-selector=status.phase=Running --show-labels --no-headers \
		2>/dev/null | awk -v kind="$1" 'tolower($2) ~ kind && n++ < 3 {
			printf "%s%s/%s (%s)", (n > 1 ? ", " : ""), $1, $2, $NF }'
}

on_host() {
	case $1 in
	postgres) command -v runuser >/dev/null 2>&1 && command -v pg_dumpall >/dev/null 2>&1 &&
		[ -n "$(ls -d "$root"/run/postgresql/.s.PGSQL.* 2>/dev/null)" ] ;;
	*) command -v redis-cli >/dev/null 2>&1 && [ -n "$(ls -d "$root"/run/redis/*.pid 2>/dev/null)" ] ;;
	esac
}

# find_server KIND: $place (pod or host), $where in words; what is in the way is said. about() came before. $deaf: why it is not
# known whether a pod has it.
find_server() {
	place='' deaf=''
	words=$(pods)
	found=$?
	if [ "$found" = 0 ]; then
		n=$(printf '%s' "$words" | grep -c .)
		if [ "$n" = 1 ]; then
			place=pod namespace=${words%% *} pod=${words#* }
			where="pod $namespace/$pod ($label)"
			return 0
		elif [ "$n" -gt 1 ]; then
			say several-pods "$title" "$label" "$(printf '%s' "$words" | tr ' \n' '/ ')"
			return 1
		fi
		words="$(look_alike "$1")"
	elif [ "$found" != 127 ]; then
		deaf=$words
	fi
	if on_host "$1"; then
		place=host where='this server'
		return 0
	fi
	say no-server "$title" "$label" "${words:--}"
	return 1
}

# inside KIND COMMAND: runs it where that server is, as who may ask it.
inside() {
	case $place.$1 in
	pod.*) tw_kubectl --request-timeout=30s exec -n "$namespace" "$pod" -- sh -c "$2" ;;
	host.postgres) (cd / && runuser -u postgres -- sh -c "$2") ;;
	*) sh -c "$2" ;;
	esac
}

# Both servers may want a password. In a pod it stands in the pod's own environment and never leaves it.
with_password() {
	# shellcheck disable=SC2016 # for the shell over there
	case $1 in
	postgres) echo '[ -z "${POSTGRES_PASSWORD-}" ] || export PGPASSWORD="$POSTGRES_PASSWORD"; ' ;;
	*) echo '[ -z "${REDIS_PASSWORD-}" ] || export REDISCLI_AUTH="$REDIS_PASSWORD"; ' ;;
	esac
}

# answers KIND: it does, to who will save it.
answers() {
	case $1 in
	postgres)
		# shellcheck disable=SC2016
		said=$(inside postgres "$(with_password postgres)"'psql -w -U "${POSTGRES_USER:-postgres}" -d template1 -Atqc "SELECT 1"' 2>&1)
		[ "$said" = 1 ]
		;;
	*)
		said=$(inside redis "$(with_password redis)redis-cli ping" 2>&1)
		[ "$said" = PONG ]
		;;
	esac
}

# Parts of the scripts: what saves each kind.
save_postgres() {
	cat <<'END'
# The dump's own status, not gzip's; then what it must end with.
save() {
	{
		{
			inside '[ -z "${POSTGRES_PASSWORD-}" ] || export PGPASSWORD="$POSTGRES_PASSWORD"
				exec pg_dumpall -w -U "${POSTGRES_USER:-postgres}"' 2>"$part.err" 3>&-
			echo "$?" >&3
		} | gzip -c >"$part"
		zipped=$?
	} 3>"$part.status"
	read -r dumped <"$part.status"
	[ "$dumped" = 0 ] || fail "pg_dumpall ended with $dumped: $(last_words)"
	[ "$zipped" = 0 ] && gzip -t "$part" || fail 'gzip could not write it whole'
	gzip -dc "$part" | tail -n 20 | grep -q '^-- PostgreSQL database cluster dump complete' ||
		fail 'the dump has no end: it was cut short'
}
END
}

save_redis() {
	cat <<'END'
# An RDB begins with REDIS and ends with ff and a checksum.
save() {
	inside '[ -z "${REDIS_PASSWORD-}" ] || export REDISCLI_AUTH="$REDIS_PASSWORD"
		f=$(mktemp "${TMPDIR:-/tmp}/twistertui.XXXXXX") || exit 1
		redis-cli --rdb "$f" >&2 && cat "$f"; s=$?; rm -f "$f"; exit $s' >"$part" 2>"$part.err"
	dumped=$?
	[ "$dumped" = 0 ] || fail "redis-cli ended with $dumped: $(last_words)"
	[ "$(head -c 5 "$part")" = REDIS ] && [ "$(tail -c 9 "$part" | od -An -tx1 | cut -c 1-3)" = ' ff' ] ||
		fail 'what Redis gave is not a whole RDB file'
	if command -v redis-check-rdb >/dev/null 2>&1; then
		redis-check-rdb "$part" >"$part.err" 2>&1 || fail "redis-check-rdb: $(last_words)"
	fi
}
END
}

# The script of KIND, as it is to stand on the server.
body() {
	cat <<'END'
#!/bin/sh
# Made by twistertui, phase 0, backups: run it again to change it.
set -u
umask 077
root=
case $0 in
/*/usr/local/sbin/*) root=${0%/usr/local/sbin/*} ;; # of the built-in server
*)
END
	path=
	for place_of_tools in usr/local/sbin usr/local/bin usr/sbin usr/bin sbin bin; do
		path="$path:/$place_of_tools"
	done
	printf '\tPATH=%s\n\texport PATH\n\t;;\nesac\n' "${path#:}"
	printf "kind=%s title=%s suffix=%s keep=%s place=%s label='%s'\n\n" "$1" "$title" "$suffix" "$keep" "$place" "$label"
	cat <<'END'
folder=$root/var/backups/$kind
log=$root/var/log/twisterlab-backup.log

note() {
	printf '%s %s: %s\n' "$(date '+%Y-%m-%d %H:%M:%S')" "$kind" "$*" >>"$log"
	printf '%s: %s\n' "$kind" "$*"
}

fail() {
	note "FAILED: $*"
	exit 1
}

kubectl_() {
	if command -v kubectl >/dev/null 2>&1; then
		kubectl "$@"
	else
		k3s kubectl "$@"
	fi
}

find_pod() {
	if [ -z "${KUBECONFIG-}" ] && [ -r "$root/etc/rancher/k3s/k3s.yaml" ]; then
		export KUBECONFIG="$root/etc/rancher/k3s/k3s.yaml"
	fi
	found=$(kubectl_ --request-timeout=30s get pods -A -l "$label" --field-selector=status.phase=Running \
		-o 'jsonpath={range .items[*]}{.metadata.namespace}{" "}{.metadata.name}{"\n"}{end}') ||
		fail 'Kubernetes does not answer'
	case $(printf '%s' "$found" | grep -c .) in
	0) fail "no pod runs with the label $label" ;;
	1) ;;
	*) fail "more than one pod runs with the label $label" ;;
	esac
}

# inside COMMAND: runs it where the server is.
inside() {
	case $place.$kind in
	pod.*) kubectl_ exec -n "${found%% *}" "${found#* }" -- sh -c "$1" ;;
	host.postgres) (cd / && runuser -u postgres -- sh -c "$1") ;;
	*) sh -c "$1" ;;
	esac 9>&-
}

last_words() {
	tail -n 1 "$part.err" | tr -dc '[:print:]' | cut -c 1-200
}

END
	"save_$1"
	cat <<'END'

mkdir -p "$folder" && cd "$folder" || fail "no folder $folder"
exec 9>.lock
flock -n 9 || fail 'the one before is still running'
part=.part.$kind
rm -f "$part" "$part.err" "$part.status"
trap 'rm -f "$part" "$part.err" "$part.status"' EXIT
trap 'exit 1' HUP INT TERM
# shellcheck disable=SC2012 # our own names
last=$(ls -t "${kind}"_*"$suffix" 2>/dev/null | head -n 1)
before=0
[ -z "$last" ] || before=$(wc -c <"$last")
free=$(df -P -k . | awk 'NR > 1 { print $4 }')
[ "$free" -gt $((before / 512 + 65536)) ] || fail "only $((free / 1024)) MiB are free in $folder"
found=
[ "$place" = host ] || find_pod
save
bytes=$(wc -c <"$part")
name=${kind}_$(date +%Y%m%d_%H%M%S)$suffix
while [ -e "$name" ]; do # twice in a second
	sleep 1
	name=${kind}_$(date +%Y%m%d_%H%M%S)$suffix
done
sync "$part" 2>/dev/null || sync
mv "$part" "$name" && sync || fail "could not name it $name"
if [ $((bytes * 2)) -lt "$before" ]; then
	note "WARNING: $name has $((bytes)) bytes, less than half of the one before"
fi
note "$name $((bytes)) bytes OK"
# Only now, and never the one that was just made.
find . -maxdepth 1 -type f -name "${kind}_*$suffix" ! -name "$name" -mmin +$((keep * 1440)) -exec rm -f {} \;
END
}

service() {
	cat <<-END
		# Made by twistertui, phase 0, backups.
		[Unit]
		Description=Backup of $title

		[Service]
		Type=oneshot
		ExecStart=${script#"$root"}
		Nice=10
		IOSchedulingClass=idle
		TimeoutStartSec=2h
	END
}

timer() {
	cat <<-END
		# Made by twistertui, phase 0, backups.
		[Unit]
		Description=Backup of $title every night

		[Timer]
		OnCalendar=*-*-* $time
		Persistent=true

		[Install]
		WantedBy=timers.target
	END
}

# each_file FUNCTION KIND: calls FUNCTION KIND FILE MAKER MODE for its three files; each FUNCTION: for those of all kinds.
each_file() {
	"$1" "$2" "$script" body 755 && "$1" "$2" "$units/$unit.service" service 644 &&
		"$1" "$2" "$units/$unit.timer" timer 644
}

each() {
	for kind in $(kinds); do
		about "$kind"
		each_file "$1" "$kind" || return 1
	done
}

preflight() {
	for tool in systemctl gzip flock find od awk df; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
	[ -d "$root/run/systemd/system" ] || { say no-systemd; return 1; }
	for kind in $(kinds); do
		about "$kind"
		find_server "$kind" || return 1
		[ -z "$deaf" ] || say pods-unknown "$title" "$label" "$deaf"
		if ! answers "$kind"; then
			say no-answer "$title" "$where" "$(printf '%s\n' "$said" | tail -n 1)"
			return 1
		fi
		for file in "$script" "$units/$unit.service" "$units/$unit.timer"; do
			if [ -e "$file" ] && ! grep -q '^# Made by twistertui' "$file"; then
				say not-ours "${file#"$root"}"
				return 1
			fi
		done
	done
}

# newest: the youngest file of about()'s kind, or nothing.
newest() {
	# shellcheck disable=SC2012 # our own names
	ls -t "$folder"/"${script##*-}"_*"$suffix" 2>/dev/null | head -n 1
}

# whole FILE: the backup in it has its end.
whole() {
	case $1 in
	*.gz) gzip -t "$1" 2>/dev/null && gzip -dc "$1" | tail -n 20 |
		grep -q '^-- PostgreSQL database cluster dump complete' ;;
	*) [ "$(head -c 5 "$1")" = REDIS ] && [ "$(tail -c 9 "$1" | od -An -tx1 | cut -c 1-3)" = ' ff' ] ;;
	esac
}

same() {
	"$3" "$1" | cmp -s - "$2"
}

# The units are there as wanted, and the newest backup is whole and of the last 26 hours.
check() {
	for kind in $(kinds); do
		about "$kind"
		find_server "$kind" >/dev/null || return 1
		each_file same "$kind" || return 1
		[ "$(systemctl is-enabled "$unit.timer" 2>/dev/null)" = enabled ] &&
			[ "$(systemctl is-active "$unit.timer" 2>/dev/null)" = active ] || return 1
		file=$(newest)
		[ -n "$file" ] && [ $(($(date +%s) - $(stat -c %Y "$file"))) -lt 93600 ] && whole "$file" || return 1
	done
	say already "$(kinds)"
}

show_file() {
	before=$2 label_before=${2#"$root"}
	[ -f "$2" ] || before=/dev/null label_before=/dev/null
	"$3" "$1" | diff -u -L "$label_before" -L "${2#"$root"}" "$before" - || [ $? = 1 ]
}

plan() {
	for kind in $(kinds); do
		about "$kind"
		find_server "$kind" || return 1
		printf ' %s: %s, at %s, %s days, %s\n' "$title" "$where" "$time" "$keep" "${folder#"$root"}"
		each_file show_file "$kind" || return 1
		printf '\n$ systemctl daemon-reload\n$ systemctl enable --now %s.timer\n$ systemctl start %s.service\n\n' \
			"$unit" "$unit"
	done
	others=$(cd "$root"/ && grep -l -i -E 'pg_?dump|backup.*(postgres|redis)|redis-cli.*--rdb' ./etc/crontab ./etc/cron.d/* \
		./var/spool/cron/crontabs/* 2>/dev/null | sed 's/^\.//' | tr '\n' ' ')
	[ -z "$others" ] || say others "$others"
}

# remember KIND FILE MAKER MODE: what undo goes by: the file as it is now, or that there is none.
remember() {
	rm -f "$notes/backups/${2##*/}" "$notes/backups/${2##*/}.enabled"
	[ -f "$2" ] || return 0
	[ "$(systemctl is-enabled "${2##*/}" 2>/dev/null)" != enabled ] || : >"$notes/backups/${2##*/}.enabled"
	cp -p "$2" "$notes/backups/${2##*/}"
}

# put_file KIND FILE MAKER MODE: it gets its name when it is whole.
put_file() {
	if "$3" "$1" | cmp -s - "$2"; then
		return 0
	fi
	mkdir -p "${2%/*}" && "$3" "$1" >"$2.twistertui" && chmod "$4" "$2.twistertui" && mv "$2.twistertui" "$2"
}

apply() {
	umask 022
	(umask 077 && mkdir -p "$notes/backups") && date +%s >"$notes/backups/began" && each remember && sync || return 1
	for kind in $(kinds); do
		about "$kind"
		find_server "$kind" || return 1
		each_file put_file "$kind" || return 1
	done
	sync
	systemctl daemon-reload || return 1
	for kind in $(kinds); do
		about "$kind"
		systemctl enable --now "$unit.timer" || return 1
		# The timer's own way: no terminal, no PATH and no home of ours.
		if ! systemctl start "$unit.service"; then
			journalctl -u "$unit.service" -n 8 --no-pager -o cat
			return 1
		fi
	done
}

# A backup made since, by the unit itself; whole; and a timer that will come again.
verify() {
	read -r began <"$notes/backups/began" || began=0
	for kind in $(kinds); do
		about "$kind"
		file=$(newest)
		if [ -z "$file" ] || [ "$(stat -c %Y "$file")" -lt "$began" ]; then
			say none-made "$title" "$(tail -n 1 "$root/var/log/twisterlab-backup.log" 2>/dev/null)"
			return 1
		fi
		if ! whole "$file"; then
			say not-whole "${file#"$root"}"
			return 1
		fi
		if [ "$(systemctl is-enabled "$unit.timer" 2>/dev/null)" != enabled ] ||
			[ "$(systemctl is-active "$unit.timer" 2>/dev/null)" != active ]; then
			say no-timer "$unit.timer"
			return 1
		fi
		next=$(systemctl show "$unit.timer" -p NextElapseUSecRealtime 2>/dev/null)
		bytes=$(($(wc -c <"$file")))
		fact "phase.backup.$kind.size" "$bytes"
		say made "${file#"$root"}" "$bytes" "${next#*=}"
	done
}

# Timers, units and scripts go, or are again what they were; the backups stay.
undo() {
	for kind in $(kinds); do
		about "$kind"
		for file in "$units/$unit.timer" "$units/$unit.service" "$script"; do
			[ -f "$file" ] || continue
			if ! grep -q '^# Made by twistertui' "$file"; then
				say not-ours "${file#"$root"}"
				return 1
			fi
			was=$notes/backups/${file##*/}
			case $file in
			*.timer) [ -e "$was.enabled" ] || systemctl disable --now "$unit.timer" || return 1 ;;
			esac
			if [ -f "$was" ]; then
				cp -p "$was" "$file.twistertui" && mv "$file.twistertui" "$file" || return 1
			else
				rm -f "$file" || return 1
			fi
		done
	done
	sync
	systemctl daemon-reload || return 1
	say undone "$(find "$root"/var/backups -name 'postgres_*.sql.gz' -o -name 'redis_*.rdb' | wc -l | tr -d ' ')"
}
