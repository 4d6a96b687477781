# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; the rest of what is not set here are this step's parameters
# registry: k3s pulls from Harbor. registries.yaml is merged with what is there; an image is pushed and pulled again.
#
# k3s reads the file when it starts, and never again. Whether it is restarted is a choice of its own: the API is away
# meanwhile. Certificates are always verified (a CA, or plain http to the one address that says so); insecure_skip_verify of the
# documents is not written.

file=$root/etc/rancher/k3s/registries.yaml
harbor=$root/var/backups/twistertui/harbor
notes=$root/var/backups/twistertui/registry
repository=library/twistertui-test

# about: $scheme, $name (host:port) and $login_at, from the step before, or from the address that was given.
about() {
	scheme='' name='' login_at=''
	if [ -n "$address" ]; then
		scheme=${address%%://*}
		name=${address#*://}
		login_at=$name
	elif read -r scheme host port login_at 2>/dev/null <"$harbor/address"; then
		name=$host:$port
	else
		return 1
	fi
	url=$scheme://$name
}

# merge: reads registries.yaml, prints it with our entries; all other lines stay as they are. 0: changed, 3: it says so
# already, 2: it cannot be merged; the reason is printed instead. Only block style with spaces is understood, as k3s' own
# documents have it: anything else is left to its owner.
merge() {
	awk -v name="$name" -v url="$url" -v ca="$ca" '
	function bad(why) {
		if (reason == "")
			reason = why
	}
	function indent(line) {
		match(line, /^ */)
		return RLENGTH
	}
	function bare(text) { # a scalar without its quotes
		sub(/[ \t]+#.*$/, "", text)
		gsub(/^[ \t]+|[ \t]+$/, "", text)
		if (text ~ /^".*"$/ || text ~ /^\047.*\047$/)
			text = substr(text, 2, length(text) - 2)
		return text
	}
	function blank(line) { return line ~ /^[ \t]*(#.*)?$/ }
	# last_of(i): the last line of what belongs to the key of line i; blank ones after it are none of it.
	function last_of(i,   k, end) {
		end = i
		for (k = i + 1; k <= n; k++) {
			if (blank(line[k])) continue
			if (indent(line[k]) <= indent(line[i])) break
			end = k
		}
		return end
	}
	# key(text, from, to, depth): the line between them that has that key at that depth, 0: none.
	function key(text, from, to, depth,   i, word) {
		for (i = from; i <= to; i++) {
			if (blank(line[i]) || indent(line[i]) != depth) continue
			word = line[i]
			if (word !~ /:[ \t]*(#.*)?$/ && word !~ /:[ \t]/) continue
			if (word ~ /^ *"/) { sub(/^ *"/, "", word); sub(/".*/, "", word) }
			else if (word ~ /^ *\047/) { sub(/^ *\047/, "", word); sub(/\047.*/, "", word) }
			else { sub(/^ */, "", word); sub(/:([ \t].*)?$/, "", word) }
			if (word == text) return i
		}
		return 0
	}
	function alone(i) { return line[i] ~ /:[ \t]*(#.*)?$/ }
	function child(i, to,   k) { # depth of what is below line i, 0: nothing is
		for (k = i + 1; k <= to; k++)
			if (!blank(line[k])) return indent(line[k])
		return 0
	}
	function insert(after, text,   i, k, part) {
		k = split(text, part, "\n")
		for (i = n; i > after; i--) line[i + k] = line[i]
		for (i = 1; i <= k; i++) line[after + i] = part[i]
		n += k
		changed = 1
	}
	function pad(k,   out) { while (k-- > 0) out = out " "; return out }
	# section(top, body): body (lines with a depth of their own below the entry) is under top, under our name.
	function section(top, body, want,   at, to, depth, mine, end, i, found) {
		if (reason != "") return
		at = key(top, 1, n, 0)
		if (!at) {
			insert(n, top ":\n  \"" name "\":\n" body)
			return
		}
		if (!alone(at)) { bad("\"" top "\" is not in block style (line " at ")"); return }
		to = last_of(at)
		depth = child(at, to)
		if (key(top, at + 1, n, 0)) { bad("\"" top "\" is given twice"); return }
		mine = depth ? key(name, at + 1, to, depth) : 0
		if (!mine) {
			gsub(/\n/, "\n" pad((depth ? depth : 2) - 2), body)
			insert(at, pad(depth ? depth : 2) "\"" name "\":\n" pad((depth ? depth : 2) - 2) body)
			return
		}
		end = last_of(mine)
		for (i = mine; i <= end; i++)
			if (index(line[i], want) && !blank(line[i])) found = 1
		if (!found) bad("\"" top "\" has " name " already, with something else (line " mine ")")
	}
	{ line[++n] = $0 }
	/\t/ && !/^[ \t]*#/ { bad("tabs (line " NR ")") }
	/^---/ || /^[ \t]*[&*!|>{\[]/ { bad("no plain list of keys (line " NR ")") }
	END {
		while (n && blank(line[n]) && line[n] == "") n--
		section("mirrors", "    endpoint:\n      - \"" url "\"", url)
		if (reason == "" && ca != "")
			section("configs", "    tls:\n      ca_file: " ca, ca)
		if (reason != "") { print reason; exit 2 }
		for (i = 1; i <= n; i++) print line[i]
		if (!changed) exit 3
	}'
}

present() {
	[ ! -f "$file" ] || cat "$file"
}

# hidden: without what is secret in it.
hidden() {
	sed -E 's/((password|auth|identity_token|token):[[:space:]]*)[^[:space:]#].*/\1(hidden)/; s#://[^/@[:space:]]*@#://(hidden)@#'
}

# smallest: NAME:TAG of the smallest image that has a name; images: all, smallest first: "BYTES NAME:TAG".
images() {
	docker images --format '{{.Repository}}:{{.Tag}}' | grep -v -e '<none>' -e "/$repository:" | sort -u | while read -r one; do
		printf '%s %s\n' "$(docker image inspect --format '{{.Size}}' "$one" 2>/dev/null)" "$one"
	done | awk '$1 ~ /^[0-9]+$/ && $2 ~ /^[A-Za-z0-9._:\/-]+$/' | sort -n
}

chosen() {
	if [ "$image" = smallest ]; then
		images | awk 'NR == 1 { print $2 }'
	else
		images | awk -v want="$image" '$2 == want { print $2 }'
	fi
}

choices() {
	list=$(images)
	choice smallest "$(printf '%s\n' "$list" | awk 'NR == 1 { printf "%s (%.1f MB)", $2, $1 / 1000000 }')" 1
	printf '%s\n' "$list" | while read -r size one; do
		[ -z "$one" ] || choice "$one" "$one ($((size / 1000000)) MB)" 0
	done
}

# health: Harbor says that it is healthy.
health() {
	at=$login_at
	set -- -sS -m 10 --noproxy '*' "$scheme://$at/api/v2.0/health"
	[ -z "$ca" ] || set -- --cacert "$root$ca" "$@"
	said=$(curl "$@" 2>&1 | head -c 65536)
	case $(printf '%s\n' "$said" | tr -d ' \t\r\n' | sed 's/"components":\[[^]]*\]//') in
	*'"status":"healthy"'*) return 0 ;;
	esac
	return 1
}

# loaded: k3s began after the file was written (to the second).
loaded() {
	began=$(systemctl show k3s -p ExecMainStartTimestampMonotonic 2>/dev/null)
	began=${began#*=}
	case $began in
	'' | 0 | *[!0-9]*) return 1 ;;
	esac
	read -r up _ <"$root"/proc/uptime || return 1
	written=$(stat -c %Y "$file" 2>/dev/null) || return 1
	awk -v up="$up" -v began="$began" -v age="$(($(date +%s) - written))" 'BEGIN { exit !(age + 1 >= up - began / 1000000) }'
}

preflight() {
	for tool in docker curl systemctl awk diff sed stat; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
	if [ "$(systemctl show k3s -p LoadState 2>/dev/null)" != LoadState=loaded ]; then
		say no-k3s
		return 1
	fi
	about || { say no-harbor; return 1; }
	if [ "$scheme" = http ] && [ -n "$ca" ]; then
		say ca-for-http "$ca"
		return 1
	elif [ -n "$ca" ] && [ ! -f "$root$ca" ]; then
		say no-file "$ca"
		return 1
	fi
	if ! health; then
		say not-healthy "$url" "$(printf '%s\n' "$said" | head -n 1 | cut -c 1-200)"
		return 1
	fi
	[ -s "$harbor/admin-password" ] || { say no-password "${harbor#"$root"}"; return 1; }
	if [ -h "$file" ] || { [ -e "$file" ] && ! [ -f "$file" ]; }; then
		say not-a-file "${file#"$root"}"
		return 1
	fi
	why=$(present | merge)
	if [ $? = 2 ]; then
		say unmergeable "${file#"$root"}" "$why"
		return 1
	fi
	[ -n "$image" ] || { say nothing-chosen; return 1; }
	[ -n "$(chosen)" ] || { say no-image "$image"; return 1; }
	if [ "$restart" = yes ] && ! nodes=$(tw_kube --request-timeout=15s get nodes --no-headers); then
		say no-answer "$nodes"
		return 1
	fi
}

# The file says so, k3s has read it where that is wanted, and the image that was pushed can be pulled.
check() {
	about && health || return 1
	present | merge >/dev/null
	[ $? = 3 ] && [ -s "$notes/digest" ] || return 1
	if [ "$restart" = yes ] && ! loaded; then
		say not-loaded "${file#"$root"}"
		return 1
	fi
	loaded || say pending
	say already "$url"
}

plan() {
	about || return 1
	before=$file label=${file#"$root"}
	[ -f "$file" ] || before=/dev/null label=/dev/null
	stage=$(mktemp -d "$root/run/twistertui-registry.XXXXXX") || return 1 # not in /tmp: it may hold passwords
	hidden <"$before" >"$stage/old"
	present | merge >"$stage/merged"
	case $? in
	0)
		hidden <"$stage/merged" >"$stage/new"
		diff -u -L "$label" -L "${file#"$root"}" "$stage/old" "$stage/new"
		;;
	3) say only-test "${file#"$root"}" ;;
	*)
		say unmergeable "${file#"$root"}" "$(cat "$stage/merged")"
		rm -rf "$stage"
		return 1
		;;
	esac
	rm -rf "$stage"
	one=$(chosen)
	printf '\n$ docker tag %s %s/%s:%s\n$ docker push %s/%s:%s\n$ docker pull %s/%s@sha256:…\n' "$one" "$login_at" "$repository" probe \
		"$login_at" "$repository" probe "$login_at" "$repository"
	if [ "$restart" = yes ]; then
		printf '\n$ systemctl restart k3s\n$ k3s crictl pull %s/%s@sha256:…\n' "$name" "$repository"
		list=$(tw_pods_ready) || { say no-answer "$list"; return 1; }
		say will-restart "$(printf '%s\n' "$list" | awk '{ n += $3 } END { print n + 0 }')"
	else
		say must-restart
	fi
	[ "$scheme" = https ] || say plain-http "$name"
}

# put TEXT-FILE: takes the place of registries.yaml by rename; only root reads it.
put() {
	aside=${file%/*}/.registries.yaml.twistertui
	(umask 077 && mkdir -p "${file%/*}" && cat "$1" >"$aside") && chmod 600 "$aside" && cmp -s "$1" "$aside" &&
		mv "$aside" "$file" && sync
}

restart_k3s() {
	list=$(tw_pods_ready) || { say no-answer "$list"; return 1; }
	printf '%s\n' "$list" >"$notes/pods" || return 1
	systemctl restart k3s || { journalctl -u k3s -n 12 --no-pager -o cat; say not-restarted; return 1; }
	tries=0
	until nodes=$(tw_kube --request-timeout=10s get nodes --no-headers); do
		tries=$((tries + 1))
		[ "$tries" -lt "$wait" ] || { say no-answer "$nodes"; return 1; }
		sleep 1
	done
}

apply() {
	umask 077
	about && mkdir -p "$notes" || return 1
	present | merge >"$notes/registries.yaml.merged"
	case $? in
	0)
		rm -f "$notes/registries.yaml.old" "$notes/none"
		if [ -f "$file" ]; then
			cp -p "$file" "$notes/registries.yaml.old" && cmp -s "$file" "$notes/registries.yaml.old" || return 1
		else
			: >"$notes/none" || return 1
		fi
		sync
		cp "$notes/registries.yaml.merged" "$notes/registries.yaml.new" && put "$notes/registries.yaml.new" || return 1
		;;
	3) ;;
	*) return 1 ;;
	esac
	rm -f "$notes/digest" "$notes/restarted"
	probe=$login_at/$repository:probe
	docker tag "$(chosen)" "$probe" || return 1
	tw_docker_login "$login_at" "$harbor/admin-password" docker push "$probe"
	pushed=$?
	printf '%s\n' "$words"
	docker rmi "$probe" >/dev/null 2>&1
	digest=$(printf '%s\n' "$words" | sed -n 's/.*digest: \(sha256:[0-9a-f]*\).*/\1/p' | tail -n 1)
	if [ "$pushed" -ne 0 ] || [ -z "$digest" ]; then
		say not-pushed "$(printf '%s\n' "$words" | tail -n 1 | cut -c 1-200)"
		return 1
	fi
	printf '%s\n' "$digest" >"$notes/digest"
	if [ "$restart" = yes ]; then
		: >"$notes/restarted"
		restart_k3s
	fi
}

all_back() {
	tw_pods_back "$notes/pods" "$wait"
	case $? in
	0) ;;
	1) say fewer "$tw_less"; return 1 ;;
	*) say no-answer "$tw_less"; return 1 ;;
	esac
}

# A pull by digest gives that very image or nothing: its bytes are what is hashed.
verify() {
	about || { say no-harbor; return 1; }
	present | merge >/dev/null
	if [ $? != 3 ] || [ "$(stat -c %a "$file")" != 600 ]; then
		say not-so "${file#"$root"}"
		return 1
	fi
	read -r digest 2>/dev/null <"$notes/digest" || { say not-pushed -; return 1; }
	if ! words=$(docker pull "$login_at/$repository@$digest" 2>&1); then
		say not-pulled Docker "$(printf '%s\n' "$words" | tail -n 1 | cut -c 1-200)"
		return 1
	fi
	docker rmi "$login_at/$repository@$digest" >/dev/null 2>&1
	case $words in
	*"$digest"*) ;;
	*) say other-digest "$digest"; return 1 ;;
	esac
	fact phase.registry.pull 1
	say pulled "$name/$repository" "$digest"
	if [ "$restart" != yes ]; then
		loaded || say pending
		return 0
	fi
	if ! loaded; then
		say not-loaded "${file#"$root"}"
		return 1
	fi
	all_back || return 1
	if ! words=$(k3s crictl pull "$name/$repository@$digest" 2>&1); then
		say not-pulled k3s "$(printf '%s\n' "$words" | tail -n 1 | cut -c 1-200)"
		return 1
	fi
	k3s crictl rmi "$name/$repository@$digest" >/dev/null 2>&1
	say pulled-by-k3s "$(awk '{ n += $3 } END { print n + 0 }' "$notes/pods")"
}

undo() {
	umask 077
	if [ -f "$notes/registries.yaml.old" ]; then
		wanted=$notes/registries.yaml.old
	elif [ -f "$notes/none" ]; then
		wanted=
	else
		say undo-no-record "${notes#"$root"}"
		return 1
	fi
	if [ -n "$wanted" ] && cmp -s "$wanted" "$file" || { [ -z "$wanted" ] && [ ! -e "$file" ]; }; then
		say undo-nothing "${file#"$root"}"
	elif ! cmp -s "$notes/registries.yaml.new" "$file"; then
		say undo-edited "${file#"$root"}" "${notes#"$root"}"
		return 1
	elif [ -n "$wanted" ]; then
		cp -p "$wanted" "${file%/*}/.registries.yaml.twistertui" && mv "${file%/*}/.registries.yaml.twistertui" "$file" || return 1
	else
		rm -f "$file" || return 1
	fi
	sync
	rm -f "$notes/digest"
	if [ -e "$notes/restarted" ]; then
		restart_k3s && all_back || return 1
		rm -f "$notes/restarted"
	fi
	say undone "${file#"$root"}"
}
