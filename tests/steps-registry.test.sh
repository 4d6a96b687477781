#!/bin/sh
# shellcheck disable=SC2016 # commands for the simulated server
# Phase 1's registry on the built-in EdgeServer, on each shell: registries.yaml merged, an image pushed and pulled.
set -u
# shellcheck source=tests/steps/lib.sh
. "${TOP_SRCDIR:?}/tests/steps/lib.sh"
# shellcheck source=tests/steps/demo.sh
. "$top/tests/steps/demo.sh"
phase=$top/phases/1-foundation
yaml=etc/rancher/k3s/registries.yaml

# An EdgeServer with a Harbor, made once for each shell.
edge() {
	if [ ! -d "$made/harbor.$shell" ]; then
		demo phase-1
		params="installer=/opt/harbor-offline-installer.tgz sha256= server_name= http_port=8085 https_port=8443 certificate=
private_key= ca= folder=/opt/harbor data=/var/lib/harbor room=10G wait=4"
		part harbor apply
		is "$status" 0
		cp -a "$scratch/root" "$made/harbor.$shell"
	fi
	chmod -R u+w "$scratch" 2>/dev/null
	rm -rf "${scratch:?}"/*
	cp -a "$made/harbor.$shell" "$scratch/root"
	params="address= ca= image=smallest restart=no wait=4"
}

config() { cat "$scratch/root/$yaml" 2>/dev/null; }

no_secret() {
	word=$(cat "$scratch/root/var/backups/twistertui/harbor/admin-password")
	! grep -qF "$word" "$scratch/out" "$scratch/marks" || fail 'the password was printed'
	! grep -rqF "$(printf 'admin:%s' "$word" | base64)" "$scratch/root" || fail 'a login was left behind'
	[ -z "$(ls -A "$scratch/root/tmp"; find "$scratch/root/run" -name 'twistertui-*')" ] || fail 'something was left in tmp or run'
}

# spy: where docker login puts what it is given, into $scratch/login.
spy() {
	mv "$scratch/root/demo/bin/docker" "$scratch/root/demo/bin/docker.real"
	printf '#!/bin/sh\n[ "$1" != login ] || echo "$DOCKER_CONFIG" >"%s"\nexec "%s" "$@"\n' "$scratch/login" \
		"$scratch/root/demo/bin/docker.real" >"$scratch/root/demo/bin/docker"
	chmod +x "$scratch/root/demo/bin/docker"
}

works() {
	case='from start to end, without a restart'
	edge
	part registry preflight
	is "$status" 0
	part registry check
	is "$status" 1
	part registry plan
	is "$status" 0
	shows '+  "edgeserver:8085":'
	shows '+      - "http://edgeserver:8085"'
	shows '$ docker tag busybox:1.36 127.0.0.1:8085/library/twistertui-test:probe'
	case $out in *restart*) fail 'k3s would be restarted unasked' ;; esac
	said must-restart
	said plain-http
	first=$out
	part registry plan
	is "$out" "$first"
	is "$(config)" ''
	pid=$(tool 'systemctl show k3s -p MainPID')
	spy
	part registry apply
	is "$status" 0
	no_secret
	case $(cat "$scratch/login") in
	"$scratch"/root/run/*) ;;
	*) fail "the login stands in $(cat "$scratch/login"), and would after a power cut" ;;
	esac
	part registry verify
	is "$status" 0
	said pulled
	said pending
	no_secret
	is "$(tool 'systemctl show k3s -p MainPID')" "$pid"
	is "$(stat -c %a "$scratch/root/$yaml")" 600
	case $(config) in *insecure*) fail 'verification is switched off' ;; esac
	is "$(tool 'docker images' | grep -c twistertui-test)" 0
	is "$(tool 'docker images' | grep -c '^busybox ')" 1
	case='run twice'
	part registry check
	is "$status" 0
	said already
	said pending
	case='with the restart'
	params="$params restart=yes"
	part registry check
	is "$status" 1
	said not-loaded
	part registry plan
	shows '$ systemctl restart k3s'
	said only-test
	said will-restart
	part registry apply
	is "$status" 0
	part registry verify
	is "$status" 0
	said pulled-by-k3s
	case='undo'
	part registry undo
	is "$status" 0
	said undone
	[ ! -e "$scratch/root/$yaml" ] || fail 'registries.yaml is still there'
	part registry check
	is "$status" 1
}

# merged_as BEFORE AFTER: what stands there stays.
merged_as() {
	case="merge: $(printf '%s' "$1" | tr '\n' ' ' | cut -c 1-40)"
	edge
	printf '%s\n' "$1" >"$scratch/root/$yaml"
	part registry preflight
	is "$status" 0
	part registry plan
	case $out in *sesame*) fail 'the plan shows a password' ;; esac
	part registry apply
	is "$status" 0
	is "$(config)" "$2"
	part registry undo
	is "$(config)" "$1"
}

merges() {
	entry='  "edgeserver:8085":
    endpoint:
      - "http://edgeserver:8085"'
	merged_as '# ours
mirrors:
  docker.io:
    endpoint:
      - "https://mirror.example"
configs:
  "mirror.example":
    auth:
      username: me
      password: sesame' "# ours
mirrors:
$entry
  docker.io:
    endpoint:
      - \"https://mirror.example\"
configs:
  \"mirror.example\":
    auth:
      username: me
      password: sesame"
	merged_as 'configs:
    "mirror.example":
        tls:
            ca_file: /etc/x.pem' "configs:
    \"mirror.example\":
        tls:
            ca_file: /etc/x.pem
mirrors:
$entry"
	merged_as 'mirrors:
    docker.io:
        endpoint: ["https://mirror.example"]' 'mirrors:
    "edgeserver:8085":
      endpoint:
        - "http://edgeserver:8085"
    docker.io:
        endpoint: ["https://mirror.example"]'
}

# refused_by ID COMMAND [PARAMS]
refused_by() {
	case="blocked: $1 ${2-}"
	edge
	params="$params ${3-}"
	[ -z "$2" ] || tool "$2" >/dev/null
	before=$(config)
	refused registry "$1"
	is "$(config)" "$before"
}

bad_input() {
	refused_by no-harbor 'rm "$root"/var/backups/twistertui/harbor/address'
	refused_by not-healthy 'docker stop nginx'
	refused_by no-password 'rm "$root"/var/backups/twistertui/harbor/admin-password'
	refused_by nothing-chosen '' image=
	refused_by no-image '' image=nothing:1
	refused_by ca-for-http '' ca=/etc/hostname
	refused_by no-file '' 'address=https://edgeserver:8443 ca=/etc/none.pem'
	refused_by unmergeable 'echo "{\"mirrors\": {}}" >"$root"/'$yaml
	refused_by unmergeable 'echo "mirrors: {}" >"$root"/'$yaml
	refused_by unmergeable 'printf "mirrors:\n\tdocker.io:\n" >"$root"/'$yaml
	refused_by unmergeable 'printf "mirrors:\n  edgeserver:8085:\n    endpoint:\n      - http://other:1\n" >"$root"/'$yaml
	refused_by not-a-file 'ln -s x "$root"/'$yaml
	refused_by no-answer 'echo timeout >"$root"/demo/fail/kube' restart=yes
	part registry plan
	is "$status" 1
	grep -q ' say =no-answer =Unable%20to' "$scratch/marks" || fail 'the plan counts pods that it does not know'
	refused_by no-k3s 'mv "$root"/demo/bin/systemctl "$root"/demo/bin/s; printf "#!/bin/sh\necho LoadState=not-found\n" >"$root"/demo/bin/systemctl; chmod +x "$root"/demo/bin/systemctl'
}

# fails_by SWITCH ID PARAMS: the job puts it back.
fails_by() {
	case="fails: $1"
	edge
	params="$params ${3-}"
	breaks "$1" "${4-}"
	job registry
	is "$result" undone
	said "$2"
	is "$(config)" ''
}

for shell in $TEST_SHELLS; do
	works
	[ "$shell" = dash ] || continue # what follows asks no more of the shell than that did
	merges
	bad_input
	fails_by harbor-push not-pushed
	fails_by harbor-differs not-pulled
	fails_by k3s-pull not-pulled restart=yes
	fails_by k3s-lose fewer restart=yes
	case='edited since'
	edge
	part registry apply
	echo '# mine' >>"$scratch/root/$yaml"
	part registry undo
	is "$status" 1
	said undo-edited
done
finish
