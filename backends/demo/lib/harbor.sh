# harbor.sh: a Harbor that docker compose started, as its clients see it. Sourced after demo.sh; for docker, curl and k3s.
# shellcheck shell=sh disable=SC2154
#
# Its database is a file in the data folder with the passwords that it was first started with (their digests); what was
# pushed is in registry/ there: NAME:TAG holds "DIGEST IMAGE-ID SIZE".

# harbor_at PORT: one is up and has that port: sets $harbor_dir (its folder) and $harbor_data.
harbor_at() {
	harbor_dir=$(awk -F '\t' -v p="$1" '$2 == "nginx" && $6 == "running" && index($11, ":" p "->") {
		if (match($16, /working_dir=[^,]*/)) print substr($16, RSTART + 12, RLENGTH - 12) }' "$demo/docker/containers")
	[ "$s_docker" = active ] && [ -n "$harbor_dir" ] || return 1
	harbor_data=$root$(sed -n 's/^data_volume: *//p' "$root$harbor_dir/harbor.yml")
}

harbor_digest() {
	printf '%s' "$1" | sha256sum | cut -d ' ' -f 1
}

harbor_value() { # FILE KEY of common/config
	sed -n "s/^$2=//p" "$root$harbor_dir/common/config/$1/env" 2>/dev/null
}

# harbor_begin DIR: what its database does when it is started: the first time it takes the passwords that it is given.
harbor_begin() {
	harbor_dir=$1
	harbor_data=$root$(sed -n 's/^data_volume: *//p' "$root$harbor_dir/harbor.yml")
	mkdir -p "$harbor_data/database" "$harbor_data/registry"
	[ -e "$harbor_data/database/PG_VERSION" ] || {
		echo 15 >"$harbor_data/database/PG_VERSION"
		harbor_digest "$(harbor_value db POSTGRES_PASSWORD)" >"$harbor_data/database/password"
		harbor_digest "$(harbor_value core HARBOR_ADMIN_PASSWORD)" >"$harbor_data/database/admin"
	}
}

# harbor_well: its core can speak to the database.
harbor_well() {
	[ "$(harbor_digest "$(harbor_value core POSTGRESQL_PASSWORD)")" = "$(cat "$harbor_data/database/password")" ]
}

harbor_login() { # PASSWORD
	! failing harbor-login && [ "$(harbor_digest "$1")" = "$(cat "$harbor_data/database/admin")" ]
}
