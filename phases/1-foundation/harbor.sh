# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; the rest of what is not set here are this step's parameters
# harbor: the Harbor registry, installed from an offline installer that the operator has put on the server.
#
# Ports come first: k3s' ingress has 80 and 443 without listening there (its rules stand in iptables), so ss alone would call
# them free. The passwords are made here, into files that only root reads; Harbor takes them when its database is made and
# never again, so they outlive undo together with the data. --with-chartmuseum of the plan is gone since Harbor 2.8.

notes=$root/var/backups/twistertui/harbor

# What the parameters mean: $place the folder, $name of the server, $scheme and $port, $url, $login_at for this Docker.
about() {
	place=$root$folder
	name=$server_name
	[ -n "$name" ] || read -r name 2>/dev/null <"$root"/proc/sys/kernel/hostname
	if [ -n "$certificate" ]; then
		scheme=https port=$https_port curl_at=$name:$https_port login_at=$name:$https_port
	else
		# Docker speaks plain http to 127.0.0.0/8 without being told to.
		scheme=http port=$http_port curl_at=127.0.0.1:$http_port login_at=127.0.0.1:$http_port
	fi
	url=$scheme://$name:$port
	trusted=$root/etc/docker/certs.d/$name:$port
}

compose() {
	if docker compose version >/dev/null 2>&1; then
		docker compose "$@"
	else
		docker-compose "$@"
	fi
}

# health: Harbor's own word for itself, "healthy" or those of its parts that are not; 1 when it does not answer.
health() {
	set -- -sS -m 10 --noproxy '*' "$scheme://$curl_at/api/v2.0/health"
	[ -z "$ca" ] || set -- --cacert "$root$ca" "$@"
	said=$(curl "$@" 2>&1 | head -c 65536)
	answer=$(printf '%s\n' "$said" | tr -d ' \t\r\n')
	case $answer in
	*'"status":'*) ;;
	*)
		printf '%s\n' "${said:--}"
		return 1
		;;
	esac
	case $(printf '%s\n' "$answer" | sed 's/"components":\[[^]]*\]//') in
	*'"status":"healthy"'*) echo healthy ;;
	*)
		printf '%s\n' "$answer" | tr '{' '\n' | sed -n '/"status":"healthy"/d; s/.*"name":"\([a-z_-]*\)".*/\1/p' | tr '\n' ' '
		echo
		;;
	esac
}

# ours: NAME|STATE|STATUS of the containers that were started from the folder.
ours() {
	docker ps -a --filter "label=com.docker.compose.project.working_dir=$folder" \
		--format '{{.Names}}|{{.State}}|{{.Status}}' | sort
}

# sick: those of them that do not run or call themselves unhealthy, and those that are not there at all.
sick() {
	list=$(ours) || return 1
	printf '%s\n' "$list" | awk -F '|' 'NF && ($2 != "running" || $3 ~ /unhealthy|health: starting/) { print $1 " (" $3 ")" }'
	sed -n 's/^[[:space:]]*container_name:[[:space:]]*//p' "$place/docker-compose.yml" | while read -r container; do
		printf '%s\n' "$list" | cut -d '|' -f 1 | grep -qxF "$container" || echo "$container (-)"
	done
}

# installed: a Harbor stands in the folder, and this step put it there.
installed() {
	[ -f "$place/harbor.yml" ] && [ -s "$notes/admin-password" ] && [ -s "$notes/database-password" ]
}

# render HOW FILE: FILE (harbor.yml or its template) with the settings. HOW is real (with the passwords, for a file), new
# (without: as it will be) or old (FILE as it is, what is secret hidden). 2: a line that must be there is not; it is printed.
render() {
	awk -v how="$1" -v name="$name" -v http_port="$http_port" -v https_port="$https_port" -v certificate="$certificate" \
		-v private_key="$private_key" -v data="$data" -v admin_file="$notes/admin-password" \
		-v database_file="$notes/database-password" -v kept="$([ ! -f "$place/harbor.yml" ] || echo 1)" '
	function hidden(line) {
		if (match(tolower(line), /(password|passwd|secret|token)[a-z_]*:[ \t]*[^ \t]/))
			line = substr(line, 1, RSTART + RLENGTH - 2) "(hidden)"
		while (match(line, /:\/\/[^\/@ \t]*@/))
			line = substr(line, 1, RSTART + 2) "(hidden)" substr(line, RSTART + RLENGTH - 1)
		return line
	}
	function put(line) {
		out[++n] = how == "real" ? line : hidden(line)
	}
	function password(key, file,   word) {
		if (how == "real") {
			if ((getline word < file) <= 0)
				lost = file
			out[++n] = key ": \"" word "\""
		} else
			out[++n] = key ": " (kept ? "(hidden)" : "(made on this server, not shown)")
	}
	function https() {
		put("https:")
		put("  port: " https_port)
		put("  certificate: " certificate)
		put("  private_key: " private_key)
	}
	{ line[NR] = $0; if (/^https:/) has_https = 1 }
	END {
		for (i = 1; i <= NR; i++) {
			t = line[i]
			if (match(t, /^[A-Za-z_][A-Za-z0-9_]*:/))
				block = substr(t, 1, RLENGTH - 1)
			else if (t !~ /^[ \t]/)
				block = ""
			if (block == "external_url")
				odd = "external_url"
			if (how == "old") { put(t); continue }
			if (block == "hostname") { put("hostname: " name); seen[block] = 1 }
			else if (block == "data_volume") { put("data_volume: " data); seen[block] = 1 }
			else if (block == "harbor_admin_password") { password(block, admin_file); seen[block] = 1 }
			else if (block == "database" && t ~ /^[ \t]+password:/) {
				match(t, /^[ \t]+/)
				password(substr(t, 1, RLENGTH) "password", database_file); seen["database password"] = 1
			} else if (block == "http" && t ~ /^http:/) {
				if (certificate != "" && !has_https)
					https()
				put(t)
			} else if (block == "http" && t ~ /^[ \t]+port:/) { sub(/port:.*/, "port: " http_port, t); put(t); seen["http port"] = 1 }
			else if (block == "https" && certificate == "") put("# " t)
			else if (block == "https" && t ~ /^[ \t]+port:/) { sub(/port:.*/, "port: " https_port, t); put(t) }
			else if (block == "https" && t ~ /^[ \t]+certificate:/) { sub(/certificate:.*/, "certificate: " certificate, t); put(t) }
			else if (block == "https" && t ~ /^[ \t]+private_key:/) { sub(/private_key:.*/, "private_key: " private_key, t); put(t) }
			else put(t)
		}
		if (how != "old") {
			k = split("hostname|http port|harbor_admin_password|database password|data_volume", need, "|")
			for (i = 1; i <= k; i++)
				if (!(need[i] in seen)) { print need[i]; exit 2 }
			if (odd != "") { print odd; exit 2 }
			if (lost != "") { print lost; exit 2 }
		}
		for (i = 1; i <= n; i++)
			print out[i]
	}' "$2"
}

# base: what harbor.yml is made from: the one that is there, or the template in the installer.
base() {
	if [ -f "$place/harbor.yml" ]; then
		cat "$place/harbor.yml"
	else
		tar -xzOf "$root$installer" harbor/harbor.yml.tmpl 2>/dev/null
	fi
}

# look_in: the installer is a whole gzip of a tar that holds Harbor and its images: $version, $images (bytes).
look_in() {
	file=$root$installer
	if [ ! -f "$file" ] || [ ! -r "$file" ]; then
		say no-installer "$installer"
		return 1
	fi
	if [ "$(head -c 2 "$file" | od -An -tx1 | tr -d ' \n')" != 1f8b ]; then
		say not-gzip "$installer"
		return 1
	fi
	if ! gzip -t "$file" 2>/dev/null; then
		say cut "$installer" "$(($(wc -c <"$file")))"
		return 1
	fi
	if [ -n "$sha256" ] && [ "$(sha256sum <"$file" | cut -d ' ' -f 1)" != "$sha256" ]; then
		say other-sum "$installer"
		return 1
	fi
	if ! list=$(tar -tvzf "$file" 2>/dev/null) || [ -z "$list" ]; then
		say not-tar "$installer"
		return 1
	fi
	# Plain files and folders below harbor/, with plain names: nothing that could be written anywhere else.
	odd=$(printf '%s\n' "$list" | awk 'NF != 6 || $1 !~ /^[-d]/ || $6 !~ /^(\.\/)?harbor(\/|$)/ || $6 ~ /(^|\/)\.\.(\/|$)/ { print $NF; exit }')
	if [ -n "$odd" ]; then
		say odd-member "$installer" "$odd"
		return 1
	fi
	for member in install.sh prepare harbor.yml.tmpl; do
		if ! printf '%s\n' "$list" | awk -v want="harbor/$member" '$6 == want { found = 1 } END { exit !found }'; then
			say not-harbor "$installer" "harbor/$member"
			return 1
		fi
	done
	version='' images=0
	read -r images version <<-END
		$(printf '%s\n' "$list" | awk '$6 ~ /^harbor\/harbor\.?.*\.tar\.gz$/ { v = $6; sub(/^harbor\/harbor\.?/, "", v); sub(/\.tar\.gz$/, "", v); print $3, v; exit }')
	END
	if [ -z "$images" ]; then
		say online "$installer"
		return 1
	fi
}

# published: "PORT NAME mine|other" for each port that a container has on this server.
published() {
	docker ps --format '{{.Names}}|{{.Ports}}|{{.Labels}}' | awk -F '|' -v folder="$folder" '{
		mine = index("," $3 ",", ",com.docker.compose.project.working_dir=" folder ",") ? "mine" : "other"
		k = split($2, part, ", *")
		for (i = 1; i <= k; i++)
			if (match(part[i], /:[0-9]+->/))
				print substr(part[i], RSTART + 1, RLENGTH - 3), $1, mine
	}'
}

# in_cluster: "PORT NAMESPACE/NAME" for each port of this server that Kubernetes sends to a service or a pod. These are rules
# in iptables: nobody listens, ss shows nothing. 1, and why, when it does not answer.
in_cluster() {
	command -v kubectl >/dev/null 2>&1 || command -v k3s >/dev/null 2>&1 || return 0
	services=$(tw_kube --request-timeout=15s get services -A --no-headers) || { printf '%s\n' "$services"; return 1; }
	pods=$(tw_kube --request-timeout=15s get pods -A -o \
		'jsonpath={range .items[*]}{.metadata.namespace}{"/"}{.metadata.name}{" "}{.spec.containers[*].ports[*].hostPort}{"\n"}{end}') || { printf '%s\n' "$pods"; return 1; }
	printf '%s\n' "$services" | awk '$3 == "LoadBalancer" || $3 == "NodePort" {
		k = split($6, part, ",")
		for (i = 1; i <= k; i++) {
			sub(/\/.*/, "", part[i])
			split(part[i], one, ":")
			if ($3 == "LoadBalancer") print one[1], $1 "/" $2
			if (one[2] != "") print one[2], $1 "/" $2
		}
	}'
	printf '%s\n' "$pods" | awk '{ for (i = 2; i <= NF; i++) print $i, $1 }'
}

# ports_free: nobody has the ports that Harbor is to have, its own log port included; who has one is named.
ports_free() {
	containers=$(published) || { say no-docker; return 1; }
	if ! cluster=$(in_cluster); then
		say cluster-unknown "$cluster"
		return 1
	fi
	for wanted in $http_port ${certificate:+"$https_port"} 1514; do
		case $(printf '%s\n' "$containers" | awk -v p="$wanted" '$1 == p { print $3, $2; exit }') in
		mine*) continue ;;
		other*)
			say port-taken "$wanted" "$(printf '%s\n' "$containers" | awk -v p="$wanted" '$1 == p { print $2; exit }') (Docker)"
			return 1
			;;
		esac
		who=$(printf '%s\n' "$cluster" | awk -v p="$wanted" '$1 == p { print $2; exit }')
		if [ -n "$who" ]; then
			say port-taken "$wanted" "$who (Kubernetes)"
			return 1
		fi
		who=$(ss -H -l -t -n -p | awk -v p="$wanted" '{ port = $4; sub(/.*:/, "", port) }
			port == p { print (match($0, /\(\("[^"]*",pid=[0-9]+/) ? substr($0, RSTART + 3, RLENGTH - 3) : "?"); exit }' |
			sed 's/",pid=/, pid /')
		if [ -n "$who" ]; then
			say port-taken "$wanted" "$who"
			return 1
		fi
	done
}

# Names that Harbor gives its containers, and that there can be only once in a Docker.
names_free() {
	taken=$(docker ps -a --format '{{.Names}}|{{.Image}}|{{.Labels}}' | awk -F '|' -v folder="$folder" '
		index("," $3 ",", ",com.docker.compose.project.working_dir=" folder ",") { next }
		$1 ~ /^(harbor-(log|db|core|portal|jobservice)|registry|registryctl|redis|nginx)$/ { print $1 " (" $2 ")"; exit }')
	[ -z "$taken" ] || { say name-taken "$taken" "${taken%% *}"; return 1; }
}

standing() { # PATH: it, or the nearest folder above it that there is
	at=$root$1
	while [ ! -d "$at" ] && [ "$at" != "$root" ]; do
		at=${at%/*}
	done
	printf '%s\n' "${at:-"$root"/}"
}

# space: the unpacked installer, its images (three times what the archive has), and $room for what is pushed.
space() {
	docker_root=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null)
	wanted=$(awk -v size="$room" 'BEGIN { n = size + 0; u = substr(size, length(size)); printf "%.0f", n * (u == "T" ? 1073741824 : u == "G" ? 1048576 : 1024) }')
	{
		df -P -k "$(standing "$folder")" | awk -v n="$((images / 1024))" 'NR == 2 { print $1, $4, n }'
		df -P -k "$(standing "${docker_root:-$data}")" | awk -v n="$((images * 3 / 1024))" 'NR == 2 { print $1, $4, n }'
		df -P -k "$(standing "$data")" | awk -v n="$wanted" 'NR == 2 { print $1, $4, n }'
	} | awk '{ free[$1] = $2; need[$1] += $3 }
		END { for (one in free) if (free[one] < need[one]) { printf "%d %d %s\n", free[one] / 1024, need[one] / 1024, one; exit } }'
}

preflight() {
	about
	for tool in docker bash gzip tar od curl ss awk diff df; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
	if [ "$(systemctl is-active docker 2>/dev/null)" != active ] || ! docker version >/dev/null 2>&1; then
		say no-docker
		return 1
	fi
	compose version >/dev/null 2>&1 || { say no-compose; return 1; }
	for number in $http_port $https_port; do
		[ "$number" -le 65535 ] || { say bad-port "$number"; return 1; }
	done
	if [ "$http_port" = "$https_port" ]; then
		say same-port "$http_port"
		return 1
	fi
	case $name in
	'' | localhost | localhost.* | 127.*) say bad-name "${name:--}"; return 1 ;;
	esac
	if command -v getent >/dev/null 2>&1 && ! getent hosts "$name" >/dev/null 2>&1; then
		say no-such-name "$name"
		return 1
	fi
	if [ -n "$certificate$private_key$ca" ]; then
		for one in "${certificate:--}" "${private_key:--}" ${ca:+"$ca"}; do
			[ -f "$root$one" ] || { say no-certificate "$one"; return 1; }
		done
	fi
	ports_free && names_free || return 1
	if [ -f "$place/harbor.yml" ]; then
		installed || { say not-ours "$folder"; return 1; }
	elif [ -d "$place" ] && [ -n "$(ls -A "$place" 2>/dev/null)" ]; then
		say not-empty "$folder"
		return 1
	elif [ -d "$root$data/database" ] && [ ! -s "$notes/database-password" ]; then
		say data-without-password "$data"
		return 1
	fi
	# A Harbor that is there needs the installer for nothing but other settings of its own.
	so && return 0
	look_in || return 1
	was=$(cat "$notes/version" 2>/dev/null)
	if [ -f "$place/harbor.yml" ] && [ "$was" != "$version" ]; then
		say upgrade "$was" "$version"
		return 1
	fi
	if ! odd=$(base | render new -); then
		say no-line "$(printf '%s\n' "$odd" | head -n 1)"
		return 1
	fi
	short=$(space)
	if [ -n "$short" ]; then
		read -r has needs disk <<-END
			$short
		END
		say no-room "$disk" "$has" "$needs"
		return 1
	fi
}

# It stands there with these settings, answers that it is healthy, and all of its containers run.
so() {
	installed && render real "$place/harbor.yml" 2>/dev/null | cmp -s - "$place/harbor.yml" &&
		up
}

check() {
	about
	so || return 1
	fact phase.harbor.healthy 1
	say already "$url" "$(ours | wc -l | tr -d ' ')"
}

plan() {
	about
	look_in || return 1
	printf ' Harbor %s, %s bytes, sha256 %s\n %s, %s, %s\n\n' "$version" "$(($(wc -c <"$root$installer")))" \
		"$(sha256sum <"$root$installer" | cut -d ' ' -f 1)" "$url" "$folder" "$data"
	before=harbor.yml.tmpl
	[ ! -f "$place/harbor.yml" ] || before=$folder/harbor.yml
	old=$(base | render old -) || return 1
	if ! new=$(base | render new -); then
		say no-line "$(printf '%s\n' "$new" | head -n 1)"
		return 1
	fi
	{
		printf '%s\n' "$old"
		printf '=== twistertui ===\n'
		printf '%s\n' "$new"
	} | show "$before" "$folder/harbor.yml"
	printf '\n$ tar -xzf %s -C %s\n$ ./install.sh\n' "$installer" "${folder%/*}"
	[ -z "$ca" ] || printf '$ cp %s %s/ca.crt\n' "$ca" "${trusted#"$root"}"
	if [ -s "$notes/admin-password" ]; then
		say passwords-kept "${notes#"$root"}"
	else
		say passwords "${notes#"$root"}"
	fi
	[ "$scheme" = https ] || say plain-http "$name:$port"
}

# show OLD-LABEL NEW-LABEL: diff of the two texts of the input. Neither has a secret in it.
show() {
	stage=$(mktemp -d "$root/tmp/twistertui-harbor.XXXXXX") || return 1
	awk -v stage="$stage" '$0 == "=== twistertui ===" { second = 1; next } { print > (stage "/" (second ? "new" : "old")) }'
	diff -u -L "$1" -L "$2" "$stage/old" "$stage/new"
	rm -rf "$stage"
}

# new_password FILE: 24 letters and digits from the kernel. It is in no argument and no environment: printf is the shell's own.
new_password() {
	[ ! -s "$1" ] || return 0
	word=
	until printf '%s\n' "$word" | grep -q '[a-z]' && printf '%s\n' "$word" | grep -q '[A-Z]' &&
		printf '%s\n' "$word" | grep -q '[0-9]'; do
		word=$(head -c 512 /dev/urandom | tr -dc 'A-Za-z0-9' | cut -c 1-24)
	done
	printf '%s\n' "$word" >"$1.new" && mv "$1.new" "$1"
	word=
}

# masked: the input, without the passwords, should any program print one.
masked() {
	awk -v a="$notes/admin-password" -v b="$notes/database-password" '
	function hide(word,   i, out) {
		while (word != "" && (i = index($0, word)))
			$0 = substr($0, 1, i - 1) "********" substr($0, i + length(word))
	}
	BEGIN { getline first < a; getline second < b }
	{ hide(first); hide(second); print; fflush() }'
}

# run_installer: install.sh of the folder, what it says without passwords; its own status.
run_installer() {
	{
		(cd "$place" && unset HARBOR_BUNDLE_DIR && TERM=dumb bash ./install.sh) 2>&1 </dev/null
		echo "$?" >"$notes/install.status"
	} | masked
	read -r ended <"$notes/install.status"
	[ "$ended" = 0 ] || { say installer-failed "$ended"; return 1; }
}

# wait_for FUNCTION: until that is so, $wait seconds at most.
wait_for() {
	tries=0
	until "$1"; do
		tries=$((tries + 2))
		[ "$tries" -lt "$wait" ] || return 1
		sleep 2
	done
}

up() { [ "$(health)" = healthy ] && nobody_sick; }
nobody_sick() { [ -z "$(sick)" ]; }

# remember: what undo goes by. An attempt that never came to its end is not what was there before.
remember() {
	mkdir -p "$notes" || return 1
	[ ! -s "$notes/before" ] || [ -e "$notes/finished" ] || return 0
	rm -f "$notes/finished" "$notes/harbor.yml.old" "$notes/ca.crt.old"
	[ ! -f "$trusted/ca.crt" ] || cp -p "$trusted/ca.crt" "$notes/ca.crt.old" || return 1
	if [ -f "$place/harbor.yml" ]; then
		cp -p "$place/harbor.yml" "$notes/harbor.yml.old" && echo "config $folder" >"$notes/before"
	else
		echo "none $folder" >"$notes/before"
	fi
}

apply() {
	umask 077
	about
	look_in || return 1
	remember || { say not-kept "${notes#"$root"}"; return 1; }
	new_password "$notes/admin-password" && new_password "$notes/database-password" && sync || return 1
	stage=$place.twistertui
	rm -rf "$stage"
	mkdir -p "$stage" "$place" && tar -xzf "$root$installer" -C "$stage" && cp -R "$stage/harbor/." "$place/" || return 1
	rm -rf "$stage"
	if [ -f "$place/harbor.yml" ]; then
		render real "$place/harbor.yml" >"$place/harbor.yml.new" || return 1
	else
		render real "$place/harbor.yml.tmpl" >"$place/harbor.yml.new" || return 1
	fi
	mv "$place/harbor.yml.new" "$place/harbor.yml" || return 1
	chmod 755 "$place/install.sh" "$place/prepare" || return 1
	printf '%s\n' "$version" >"$notes/version"
	if [ -n "$ca" ]; then
		(umask 022 && mkdir -p "$trusted" && cp "$root$ca" "$trusted/ca.crt") || return 1
	fi
	sync
	run_installer || return 1
	printf '%s %s %s %s\n' "$scheme" "$name" "$port" "$login_at" >"$notes/address"
	wait_for up && : >"$notes/finished"
}

verify() {
	about
	installed || { say not-installed "$folder"; return 1; }
	state=$(health)
	if [ "$state" != healthy ]; then
		say not-healthy "$url" "$(printf '%s\n' "$state" | head -n 1 | cut -c 1-200)"
		return 1
	fi
	bad=$(sick | tr '\n' ' ')
	if [ -n "$bad" ]; then
		say not-up "$bad"
		return 1
	fi
	if [ "$(stat -c %a "$place/harbor.yml")" != 600 ] || grep -q -E '^[^#]*password: *"?(Harbor12345|root123)' "$place/harbor.yml"; then
		say open-passwords "$folder/harbor.yml"
		return 1
	fi
	if ! tw_docker_login "$login_at" "$notes/admin-password"; then
		say no-login "$login_at" "$(printf '%s\n' "$words" | masked | tail -n 1 | cut -c 1-200)"
		return 1
	fi
	fact phase.harbor.healthy 1
	fact phase.harbor.containers "$(ours | wc -l | tr -d ' ')"
	say running "$url" "$(ours | wc -l | tr -d ' ')" "${notes#"$root"}/admin-password"
}

# down: its containers go; volumes, data and images stay.
down() {
	[ -f "$place/docker-compose.yml" ] || return 0
	(cd "$place" && compose down) || return 1
	left=$(ours | cut -d '|' -f 1 | tr '\n' ' ')
	[ -z "$left" ] || { say still-there "$left"; return 1; }
}

undo() {
	umask 077
	about
	if ! read -r before was <"$notes/before" 2>/dev/null; then
		say undo-no-record "${notes#"$root"}"
		return 1
	fi
	if [ "$was" != "$folder" ]; then
		say undo-elsewhere "$was" "$folder"
		return 1
	fi
	down || return 1
	if [ -f "$notes/ca.crt.old" ]; then
		cp -p "$notes/ca.crt.old" "$trusted/ca.crt" || return 1
	elif [ -n "$ca" ] && cmp -s "$root$ca" "$trusted/ca.crt"; then
		rm -f "$trusted/ca.crt" && rmdir "$trusted" 2>/dev/null
	fi
	if [ "$before" = config ]; then
		cp -p "$notes/harbor.yml.old" "$place/harbor.yml.new" && mv "$place/harbor.yml.new" "$place/harbor.yml" || return 1
		run_installer || return 1
		wait_for nobody_sick || { say not-up "$(sick | tr '\n' ' ')"; return 1; }
		say undone-config "$folder/harbor.yml"
	else
		[ ! -d "$place" ] || rm -rf "$place" || return 1
		rm -rf "$place.twistertui"
		rm -f "$notes/address" "$notes/version" "$notes/before" "$notes/finished"
		say undone "$data" "${notes#"$root"}"
	fi
	sync
}
