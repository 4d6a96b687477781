# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; kind, postgres_label, redis_label: parameters
# restore-postgres, and restore-redis with it: a backup is made, restored into a throw-away server, and compared with the original.
#
# A backup that nobody has restored is a hope. The throw-away server is a pod of the same image, or a second instance on
# a socket of its own; it is removed in every case. What is compared is content: no line of it is printed.

notes=$root/var/backups/twistertui
result=$notes/restore-test
stages=$root/var/tmp/twistertui-restore

about() {
	case $kind in
	postgres) title=PostgreSQL label=$postgres_label suffix=.sql.gz ;;
	*) title=Redis label=$redis_label suffix=.rdb ;;
	esac
	folder=$root/var/backups/$kind
	maker=$root/usr/local/sbin/twistertui-backup-$kind
}

# Where the backup's script finds its server: "pod NAMESPACE NAME IMAGE" or "host".
find_server() {
	about
	place=$(sed -n 's/^kind=.* place=\([a-z]*\) .*/\1/p' "$maker" 2>/dev/null)
	case $place in
	host) where='this server' ;;
	pod)
		list=$(tw_kube --request-timeout=15s get pods -A -l "$label" --field-selector=status.phase=Running -o \
			'jsonpath={range .items[*]}{.metadata.namespace}{" "}{.metadata.name}{" "}{.spec.containers[0].image}{"\n"}{end}') ||
			{ say no-kubernetes "$list"; return 1; }
		if [ "$(printf '%s' "$list" | grep -c .)" -ne 1 ]; then
			say no-one-pod "$title" "$label" "$(printf '%s' "$list" | grep -c .)"
			return 1
		fi
		read -r namespace pod image <<-END_POD
			$list
		END_POD
		where="pod $namespace/$pod"
		;;
	*) say no-backup-yet "$title"; return 1 ;;
	esac
}

newest() {
	# shellcheck disable=SC2012 # our own names
	ls -t "$folder/$kind"_*"$suffix" 2>/dev/null | head -n 1
}

preflight() {
	for tool in gzip sed awk df du sort cmp mktemp; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
	find_server || return 1
	if [ "$place" = host ]; then
		for tool in runuser $([ "$kind" = redis ] && echo redis-server redis-cli || echo psql pg_dumpall); do
			command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
		done
	fi
	last=$(newest)
	[ -n "$last" ] || { say no-backup-yet "$title"; return 1; }
	# Unpacked, restored, dumped again.
	need=$(($(wc -c <"$last") / 50 + 262144))
	free=$(df -P -k "$root"/var/tmp | awk 'NR > 1 { print $4 }')
	[ "$free" -gt "$need" ] || { say no-room "$((free / 1024))" "$((need / 1024))"; return 1; }
}

# A restore proves what was backed up today, not what will be tomorrow: it is made each time it is asked for.
check() {
	return 1
}

plan() {
	find_server || return 1
	printf ' %s: %s\n\n$ %s\n' "$title" "$where" "${maker#"$root"}"
	case $place.$kind in
	pod.*) printf '$ kubectl run twistertui-restore-%s -n %s --image=%s --restart=Never\n' "$kind" "$namespace" "$image" ;;
	host.postgres) printf '$ initdb -D %s.…/data\n' "${stages#"$root"}" ;;
	*) printf '$ redis-server --port 0 --unixsocket %s.…/socket\n' "${stages#"$root"}" ;;
	esac
	case $kind in
	postgres) printf '$ gzip -dc %s/%s_….sql.gz | psql\n$ pg_dumpall | compare\n' "${folder#"$root"}" "$kind" ;;
	*) printf '  %s/%s_….rdb\n' "${folder#"$root"}" "$kind" ;;
	esac
	last=$(newest)
	say last "${last##*/}" "$(($(wc -c <"$last")))" "$((($(date +%s) - $(stat -c %Y "$last")) / 3600))"
}

# original COMMAND: runs it where the original is; copy COMMAND: in the throw-away one, with our input.
original() {
	case $place.$kind in
	pod.*) tw_kubectl exec -n "$namespace" "$pod" -- sh -c "$1" ;;
	host.postgres) (cd / && runuser -u postgres -- sh -c "$1") ;;
	*) sh -c "$1" ;;
	esac
}

copy() {
	case $place.$kind in
	pod.*) tw_kubectl exec -i -n "$namespace" "$throwaway" -- sh -c "$1" ;;
	host.postgres) (cd / && runuser -u postgres -- env PGHOST="$stage" sh -c "$1") ;;
	*) REDIS_SOCKET="-s $stage/socket" sh -c "$1" ;;
	esac
}

# shellcheck disable=SC2016 # for the shells over there
dump='[ -z "${POSTGRES_PASSWORD-}" ] || export PGPASSWORD="$POSTGRES_PASSWORD"
	exec pg_dumpall -w -U "${POSTGRES_USER:-postgres}"'

# What of a dump is content: no comments, no settings of the session, no key that each dump makes anew.
content() {
	sed -e '/^--/d' -e '/^$/d' -e '/^SET /d' -e '/^SELECT pg_catalog.set_config/d' -e '/^\\restrict /d' \
		-e '/^\\unrestrict /d'
}

# tables: "DATABASE TABLE ROWS" of a dump.
tables() {
	awk '/^\\connect / { db = $2; next }
		/^COPY .* FROM stdin;$/ { table = $2; n = 0; on = 1; next }
		on && $0 == "\\." { print db, table, n; on = 0; next }
		on { n++ }' | sort
}

# Counts of the original, now; and the content of Redis as "KEYS DIGEST", the same in whatever order keys come.
look_original() {
	if [ "$kind" = postgres ]; then
		original "$dump" 2>/dev/null | tables
	else
		original "$digest" 2>/dev/null
	fi
}

# 500 keys a call, so that no other client waits long.
# shellcheck disable=SC2016 # for the shells over there
digest='[ -z "${REDIS_PASSWORD-}" ] || export REDISCLI_AUTH="$REDIS_PASSWORD"
lua='\''local page = redis.call("SCAN", ARGV[1], "COUNT", 500)
local n, sum = 0, 0
for _, key in ipairs(page[2]) do
	local kind = redis.call("TYPE", key).ok
	local v
	if kind == "string" then v = {redis.call("GET", key)}
	elseif kind == "list" then v = redis.call("LRANGE", key, 0, -1)
	elseif kind == "set" then v = redis.call("SMEMBERS", key); table.sort(v)
	elseif kind == "zset" then v = redis.call("ZRANGE", key, 0, -1, "WITHSCORES")
	elseif kind == "hash" then
		v = {}
		local all = redis.call("HGETALL", key)
		for i = 1, #all, 2 do v[#v + 1] = #all[i] .. ":" .. all[i] .. all[i + 1] end
		table.sort(v)
	else v = {} end
	for i = 1, #v do v[i] = redis.sha1hex(v[i]) end
	n = n + 1
	sum = (sum + tonumber(string.sub(redis.sha1hex(key .. kind .. table.concat(v)), 1, 10), 16)) % 281474976710656
end
return page[1] .. " " .. n .. " " .. string.format("%.0f", sum)'\''
for db in $(redis-cli $REDIS_SOCKET INFO keyspace | tr -d "\r" | sed -n "s/^db\([0-9]*\):.*/\1/p"); do
	cursor=0
	while :; do
		page=$(redis-cli $REDIS_SOCKET -n "$db" EVAL "$lua" 0 "$cursor" | tr -d "\"")
		set -- $page
		[ $# = 3 ] || { echo "$page" >&2; exit 1; }
		echo "$db $2 $3"
		cursor=$1
		[ "$cursor" != 0 ] || break
	done
done | awk "{ n[\$1] += \$2; sum[\$1] = (sum[\$1] + \$3) % 281474976710656 }
	END { for (db in n) printf \"%s %.0f %.0f\n\", db, n[db], sum[db] }" | sort'

# The throw-away server: begun, waited for (two minutes), and taken away.
begin_copy() {
	case $place.$kind in
	pod.*)
		throwaway=twistertui-restore-$kind
		tw_kubectl delete pod -n "$namespace" "$throwaway" --ignore-not-found --now >/dev/null 2>&1
		if [ "$kind" = postgres ]; then
			# shellcheck disable=SC2016 # for the shell over there
			who=$(original 'echo "${POSTGRES_USER:-postgres}"')
			tw_kubectl run "$throwaway" -n "$namespace" --image="$image" --restart=Never \
				--image-pull-policy=IfNotPresent --labels=twistertui=restore-test \
				--env=POSTGRES_HOST_AUTH_METHOD=trust --env=POSTGRES_USER="$who" || return 1
		else
			tw_kubectl run "$throwaway" -n "$namespace" --image="$image" --restart=Never \
				--image-pull-policy=IfNotPresent --labels=twistertui=restore-test --command -- sleep 3600 || return 1
		fi
		tw_kubectl wait -n "$namespace" --for=condition=Ready --timeout=120s "pod/$throwaway" || return 1
		;;
	host.postgres)
		chown postgres "$stage" && chmod 700 "$stage" || return 1
		programs="$root"/usr/lib/postgresql/$(($(original 'psql -w -Atqc "SHOW server_version_num"') / 10000))/bin
		[ -x "$programs/initdb" ] || programs=$(dirname "$(command -v initdb)")
		locale=$(original 'psql -w -Atqc "SELECT datcollate FROM pg_database WHERE datname = '\''template0'\''"')
		encoding=$(original 'psql -w -Atqc "SHOW server_encoding"')
		copy "'$programs/initdb' -D '$stage/data' -A trust -U postgres --locale='$locale' -E '$encoding' --no-sync" </dev/null >/dev/null &&
			copy "'$programs/pg_ctl' -s -w -t 120 -D '$stage/data' -l '$stage/log' -o \"-c listen_addresses='' -k '$stage' -c fsync=off\" start" </dev/null
		return
		;;
	*)
		redis-server --port 0 --unixsocket "$stage/socket" --dir "$stage" --dbfilename dump.rdb --save '' \
			--appendonly no --daemonize yes --pidfile "$stage/pid" --logfile "$stage/log" >/dev/null || return 1
		;;
	esac
	tries=0
	until copy_answers; do
		tries=$((tries + 1))
		[ "$tries" -lt 120 ] || return 1
		sleep 1
	done
}

copy_answers() {
	# shellcheck disable=SC2016 # for the shell over there
	case $place.$kind in
	*.postgres) [ "$(copy 'psql -w -U "${POSTGRES_USER:-postgres}" -d template1 -Atqc "SELECT 1"' </dev/null 2>/dev/null)" = 1 ] ;;
	pod.redis) [ "$(copy 'redis-cli ping' </dev/null 2>/dev/null)" = PONG ] || copy_redis_start ;;
	*) [ "$(redis-cli -s "$stage/socket" ping 2>/dev/null)" = PONG ] ;;
	esac
}

# In the pod: the file first, then the server that reads it.
copy_redis_start() {
	# shellcheck disable=SC2016 # for the shell over there
	copy 'd=${TMPDIR:-/tmp}; cat >"$d/dump.rdb"; redis-server --dir "$d" --dbfilename dump.rdb --save "" --appendonly no --daemonize yes >/dev/null' <"$file"
	return 1
}

end_copy() {
	case $place.$kind in
	pod.*) [ -z "${throwaway-}" ] || tw_kubectl delete pod -n "$namespace" "$throwaway" --ignore-not-found --now --wait=false ;;
	host.postgres) [ ! -d "$stage/data" ] || copy "'$programs/pg_ctl' -s -m immediate -D '$stage/data' stop" </dev/null ;;
	*) [ ! -S "$stage/socket" ] || redis-cli -s "$stage/socket" SHUTDOWN NOSAVE ;;
	esac
	rm -rf "$stage"
}

# Restores $file and writes what came of it: "same yes|no", and the copy's figures.
compare() {
	if [ "$kind" = postgres ]; then
		gzip -dc "$file" >"$stage/backup.sql" || return 1
		# shellcheck disable=SC2016 # for the shell over there
		copy 'psql -w -q -X -U "${POSTGRES_USER:-postgres}" -d postgres -f - 2>&1 >/dev/null' <"$stage/backup.sql" |
			grep -v 'already exists' | grep -c 'ERROR:' >"$stage/errors"
		copy "$dump" </dev/null >"$stage/again.sql" || return 1
		content <"$stage/backup.sql" >"$stage/backup" && content <"$stage/again.sql" >"$stage/again"
		read -r errors <"$stage/errors"
		if [ "$errors" = 0 ] && [ -s "$stage/backup" ] && cmp -s "$stage/backup" "$stage/again"; then
			echo "same yes"
		else
			echo "same no"
			printf '%s errors, %s lines differ\n' "$errors" "$(diff "$stage/backup" "$stage/again" | grep -c '^[<>]')" >&2
		fi
		tables <"$stage/again.sql" | sed 's/^/copy /'
	else
		echo "same yes"
		copy "$digest" </dev/null | sed 's/^/copy /'
	fi
}

apply() {
	find_server || return 1
	(umask 077 && mkdir -p "$notes") && rm -f "$result" || return 1
	stage=$(mktemp -d "$stages.XXXXXX") || return 1
	trap end_copy EXIT
	trap 'exit 1' HUP INT TERM
	look_original | sed 's/^/before /' >"$stage/result"
	sh "$maker" || return 1
	look_original | sed 's/^/after /' >>"$stage/result"
	file=$(newest)
	printf 'file %s\n' "$file" >>"$stage/result"
	[ "$place.$kind" != host.redis ] || cp "$file" "$stage/dump.rdb" || return 1
	if ! begin_copy; then
		say no-copy "$title"
		tail -n 5 "$stage/log" 2>/dev/null
		return 1
	fi
	(umask 077 && compare >"$stage/compared") || { say no-copy "$title"; return 1; }
	(umask 077 && cat "$stage/result" "$stage/compared" >"$result.new") && mv "$result.new" "$result"
}

part_of() {
	sed -n "s/^$1 //p" "$result"
}

# The copy holds what the backup holds; and what the original held, unless that changed while it was looked at.
verify() {
	about
	if [ ! -s "$result" ]; then
		say not-compared
		return 1
	fi
	file=$(part_of file)
	if [ "$(part_of same)" != yes ]; then
		say not-the-backup "${file##*/}"
		return 1
	fi
	number=$(part_of copy | awk '{ n += ("'"$kind"'" == "redis" ? $2 : $3) } END { printf "%.0f", n }')
	if [ -z "$(part_of before)" ] && [ -n "$(part_of copy)" ]; then
		say original-unread "$title"
		return 1
	fi
	if [ "$(part_of before)" = "$(part_of after)" ]; then
		if [ "$(part_of copy)" != "$(part_of after)" ]; then
			say not-the-original "$title"
			return 1
		fi
		say equal "${file##*/}" "$number"
	else
		# Names of tables, or of databases: each of the original's is in the copy.
		if [ "$(part_of after | names)" != "$(part_of copy | names)" ]; then
			say not-the-original "$title"
			return 1
		fi
		say equal-but-live "${file##*/}" "$number"
	fi
	part_of copy
	fact "phase.restore.$kind.rows" "$number"
}

names() {
	awk '{ print (NF == 3 && "'"$kind"'" == "postgres" ? $1 " " $2 : $1) }'
}
