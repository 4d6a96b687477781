# registry.sh: images that come and go, and a docker compose. Sourced by the docker client, after harbor.sh.
# shellcheck shell=sh disable=SC2154,SC2016

image_id() { # NAME[:TAG]|NAME@DIGEST|ID
	awk -F '\t' -v n="$1" '$2 ":" $3 == n || $2 ":latest" == n ":" $3 || ($6 != "" && $2 "@" $6 == n) ||
		(length(n) > 5 && (index($1, n) == 1 || index("sha256:" $1, n) == 1)) { print $1; exit }' "$demo/docker/images"
}

# image_rows AWK-CONDITION OPTION…: keeps the images for which it is so.
image_rows() {
	image_keep=$1
	shift
	awk -F '\t' "$@" "$image_keep" "$demo/docker/images" >"$demo/docker/images.new" &&
		mv "$demo/docker/images.new" "$demo/docker/images"
}

# image_name ID NAME[:TAG] [DIGEST]: one more name of an image that is there.
image_name() {
	image_tag=${2##*:}
	case $image_tag in */* | "$2") image_tag=latest image_repo=$2 ;; *) image_repo=${2%:*} ;; esac
	image_size=$(awk -F '\t' -v id="$1" '$1 == id { print $5; exit }' "$demo/docker/images")
	image_rows '!($2 == r && $3 == t)' -v r="$image_repo" -v t="$image_tag"
	printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$image_repo" "$image_tag" "$(date +%s)" "$image_size" "${3-}" >>"$demo/docker/images"
}

# image_load -i FILE: an archive whose file "images" lists REPOSITORY TAG SIZE.
image_load() {
	image_file=''
	while [ $# -gt 0 ]; do
		case $1 in -i | --input) image_file=$2; shift ;; --input=*) image_file=${1#*=} ;; esac
		shift
	done
	if ! image_list=$(tar -xzOf "$image_file" images 2>/dev/null); then
		echo "open /var/lib/docker/tmp/docker-import-1/repositories: no such file or directory" >&2
		return 1
	fi
	if failing docker-load; then
		echo "Error processing tar file(exit status 1): write /layer.tar: ${failing:-no space left on device}" >&2
		return 1
	fi
	slow 1.5
	printf '%s\n' "$image_list" | while read -r image_repo image_tag image_size; do
		image=$(printf '%s' "$image_repo:$image_tag" | sha256sum | cut -d ' ' -f 1)
		image_rows '$1 != id' -v id="$image"
		printf '%s\t%s\t%s\t%s\t%s\n' "$image" "$image_repo" "$image_tag" "$(date +%s)" "$image_size" >>"$demo/docker/images"
		truncate -s "$image_size" "$root/var/lib/docker/overlay2/$(printf %.12s "$image").layer"
		echo "Loaded image: $image_repo:$image_tag"
	done
}

# registry_of NAME: $registry_host, $registry_repo, $registry_tag; 1 with the client's words when nothing answers there.
registry_of() {
	registry_host=${1%%/*}
	registry_repo=${1#*/}
	case $registry_repo in
	*@*) registry_tag=${registry_repo#*@} registry_repo=${registry_repo%@*} ;;
	*:*) registry_tag=${registry_repo##*:} registry_repo=${registry_repo%:*} ;;
	*) registry_tag=latest ;;
	esac
	if ! harbor_at "${registry_host##*:}"; then
		echo "Error response from daemon: Get \"http://$registry_host/v2/\": dial tcp $registry_host: connect: connection refused" >&2
		return 1
	fi
	case $registry_host in
	127.*) ;;
	*)
		grep -q '^https:' "$root$harbor_dir/harbor.yml" ||
			{ echo "Error response from daemon: Get \"https://$registry_host/v2/\": http: server gave HTTP response to HTTPS client" >&2; return 1; }
		[ -e "$root/etc/docker/certs.d/$registry_host/ca.crt" ] ||
			{ echo "Error response from daemon: Get \"https://$registry_host/v2/\": tls: failed to verify certificate: x509: certificate signed by unknown authority" >&2; return 1; }
		;;
	esac
}

registry_login() {
	registry_user='' registry_at='' registry_stdin=''
	while [ $# -gt 0 ]; do
		case $1 in
		-u | --username) registry_user=$2; shift ;;
		--username=*) registry_user=${1#*=} ;;
		--password-stdin) registry_stdin=y ;;
		-p | --password) registry_password=$2; shift ;;
		*) registry_at=$1 ;;
		esac
		shift
	done
	[ -z "$registry_stdin" ] || IFS= read -r registry_password
	registry_of "$registry_at/" || return 1
	if [ "$registry_user" != admin ] || ! harbor_login "$registry_password"; then
		echo "Error response from daemon: Get \"http://$registry_at/v2/\": unauthorized: unauthorized: authentication required" >&2
		return 1
	fi
	mkdir -p "${DOCKER_CONFIG:=$root/root/.docker}"
	printf '{"auths":{"%s":{"auth":"%s"}}}\n' "$registry_at" "$(printf '%s:%s' "$registry_user" "$registry_password" | base64)" \
		>"$DOCKER_CONFIG/config.json"
	echo "Login Succeeded"
}

registry_push() {
	for name; do case $name in -*) ;; *) break ;; esac; done
	id=$(image_id "$name")
	echo "The push refers to repository [${name%:*}]"
	[ -n "$id" ] || { echo "An image does not exist locally with the tag: ${name%:*}" >&2; return 1; }
	registry_of "$name" || return 1
	if ! grep -q "\"$registry_host\"" "${DOCKER_CONFIG:-$root/root/.docker}/config.json" 2>/dev/null ||
		[ "${registry_repo%%/*}" != library ] || failing harbor-push; then
		echo "unauthorized: unauthorized to access repository: $registry_repo, action: push: unauthorized to access repository: $registry_repo, action: push" >&2
		return 1
	fi
	slow 1
	digest=sha256:$(harbor_digest "manifest $id")
	mkdir -p "$harbor_data/registry/$registry_repo"
	printf '%s %s %s\n' "$digest" "$id" "$(awk -F '\t' -v id="$id" '$1 == id { print $5; exit }' "$demo/docker/images")" \
		>"$harbor_data/registry/$registry_repo/$registry_tag"
	image_name "$id" "$name" "$digest"
	printf '%.12s: Pushed\n%s: digest: %s size: 527\n' "$id" "$registry_tag" "$digest"
}

# registry_find: sets $digest, $id, $size of what the last registry_of named.
registry_find() {
	digest='' id='' size=''
	for registry_file in "$harbor_data/registry/$registry_repo"/*; do
		[ -f "$registry_file" ] || continue
		read -r digest id size <"$registry_file"
		case $registry_tag in
		"${registry_file##*/}" | "$digest") return 0 ;;
		esac
	done
	echo "Error response from daemon: unknown: artifact $registry_repo:$registry_tag not found" >&2
	return 1
}

registry_pull() {
	registry_of "$1" && registry_find || return 1
	if failing harbor-differs; then
		case $registry_tag in
		sha256:*)
			echo "Error response from daemon: manifest verification failed for digest $registry_tag" >&2
			return 1
			;;
		esac
		digest=sha256:$(harbor_digest other)
	fi
	slow 1
	if ! grep -q "^$id" "$demo/docker/images"; then
		printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$id" "${1%%[@]*}" "<none>" "$(date +%s)" "$size" "$digest" >>"$demo/docker/images"
		truncate -s "$size" "$root/var/lib/docker/overlay2/$(printf %.12s "$id").layer"
		state="Downloaded newer image for $1"
	else
		state="Image is up to date for $1"
	fi
	case $1 in
	*@*)
		image_rows '!($2 == r && $6 == d)' -v r="${1%@*}" -v d="$digest"
		printf '%s\t%s\t<none>\t%s\t%s\t%s\n' "$id" "${1%@*}" "$(date +%s)" "$size" "$digest" >>"$demo/docker/images"
		;;
	*) image_name "$id" "$1" "$digest" ;;
	esac
	printf 'Digest: %s\nStatus: %s\n%s\n' "$digest" "$state" "$1"
}

# compose VERB: what the docker-compose.yml of this folder lists.
compose() {
	case ${1-} in
	version) echo "Docker Compose version 2.26.1-4"; return ;;
	esac
	verb=$1
	shift
	plain "$(pwd)"
	compose_dir=$plain
	[ -f docker-compose.yml ] || { echo "no configuration file provided: not found" >&2; return 14; }
	compose_label="com.docker.compose.project=${compose_dir##*/},com.docker.compose.project.working_dir=$compose_dir"
	case $verb in
	ps)
		awk -F '\t' -v l="working_dir=$compose_dir" 'index("," $16 ",", l ",") && $6 == "running" { print $1 }' "$demo/docker/containers"
		;;
	down)
		awk -F '\t' -v l="working_dir=$compose_dir" 'index("," $16 ",", l ",") { print " Container " $2 "  Removed" }' "$demo/docker/containers" >&2
		! failing compose-down || { echo "Error response from daemon: ${failing:-cannot stop container: permission denied}" >&2; return 1; }
		slow 0.8
		change '!index("," $16 ",", l ",")' -v l="working_dir=$compose_dir"
		happened destroy
		;;
	up)
		awk '/^  [a-z]+:$/ { n++ } $1 == "image:" { image[n] = $2 } $1 == "container_name:" { name[n] = $2 }
			$1 == "-" { k = split($2, p, ":"); host = k == 3 ? p[1] : "0.0.0.0"; ports[n] = ports[n] (ports[n] == "" ? "" : ", ") host ":" p[k - 1] "->" p[k] "/tcp" }
			END { for (i = 1; i <= n; i++) print name[i] "\t" image[i] "\t" ports[i] }' docker-compose.yml >"$demo/docker/compose"
		while IFS="$(printf '\t')" read -r name image ports; do
			if [ -z "$(image_id "$image")" ]; then
				echo "Error response from daemon: No such image: $image" >&2
				return 18
			fi
			if id=$(container "$name"); then
				if ! awk -F '\t' -v n="$name" -v l="working_dir=$compose_dir" '$2 == n && index("," $16 ",", l ",") { f = 1 } END { exit !f }' "$demo/docker/containers"; then
					echo "Error response from daemon: Conflict. The container name \"/$name\" is already in use by container \"$id\". You have to remove (or rename) that container to be able to reuse that name." >&2
					return 1
				fi
				change '$1 != id' -v id="$id"
			fi
			id=$(printf '%s%s' "$name" "$(date +%s%N)" | sha256sum | cut -d ' ' -f 1)
			state=running
			! failing compose-dead || [ "${failing:-registryctl}" != "$name" ] || state=exited
			printf '%s\t%s\t%s\t\t%s\t%s\t%s\t0\t0\talways\t%s\t0\t\t%s;%s;%s\t\t%s\n' "$id" "$name" "$image" "$(date +%s)" "$state" \
				"$(date +%s)" "$ports" "$c_log" "$c_max_size" "$c_max_file" "$compose_label" >>"$demo/docker/containers"
			echo " Container $name  Started" >&2
		done <"$demo/docker/compose" || return
		happened start
		slow 1
		harbor_begin "$compose_dir"
		;;
	*) echo "unknown docker command: \"compose $verb\"" >&2; return 1 ;;
	esac
}
