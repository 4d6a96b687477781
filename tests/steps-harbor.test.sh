#!/bin/sh
# shellcheck disable=SC2016 # commands for the simulated server
# Phase 1's harbor on the built-in EdgeServer, on each shell: from start to end, and each way to fail.
set -u
# shellcheck source=tests/steps/lib.sh
. "${TOP_SRCDIR:?}/tests/steps/lib.sh"
# shellcheck source=tests/steps/demo.sh
. "$top/tests/steps/demo.sh"
phase=$top/phases/1-foundation
keys=var/backups/twistertui/harbor

edge() {
	demo phase-1
	params="installer=/opt/harbor-offline-installer.tgz sha256= server_name= http_port=8085 https_port=8443 certificate=
private_key= ca= folder=/opt/harbor data=/var/lib/harbor room=10G wait=4"
}

installer=opt/harbor-offline-installer.tgz

# no_secret: neither password stands anywhere but in its file, Harbor's own configuration and the demo's login of the moment.
no_secret() {
	for key in admin-password database-password; do
		word=$(cat "$scratch/root/$keys/$key")
		[ "${#word}" = 24 ] || fail "$key has ${#word} characters"
		! grep -qF "$word" "$scratch/out" "$scratch/marks" || fail "$key was printed"
		is "$(cd "$scratch/root" && grep -rlF "$word" . 2>/dev/null | grep -v -e '^\./opt/harbor/common/' -e '/harbor\.yml\.old$' | sort | tr '\n' ' ')" \
			"./opt/harbor/harbor.yml ./$keys/$key "
	done
	coded=$(printf 'admin:%s' "$(cat "$scratch/root/$keys/admin-password")" | base64)
	! grep -rqF "$coded" "$scratch/root" || fail 'a login was left behind'
}

nothing_there() {
	for one in "$keys" opt/harbor/install.sh; do
		[ ! -e "$scratch/root/$one" ] || fail "$one is there"
	done
}

works() {
	case='from start to end'
	edge
	part harbor preflight
	is "$status" 0
	part harbor check
	is "$status" 1
	part harbor plan
	is "$status" 0
	shows ' Harbor v2.11.1, '
	shows '-hostname: reg.mydomain.com'
	shows '+hostname: edgeserver'
	shows '+  port: 8085'
	shows '+# https:'
	shows '-harbor_admin_password: (hidden)'
	shows '+harbor_admin_password: (made on this server, not shown)'
	shows '+data_volume: /var/lib/harbor'
	case $out in *Harbor12345* | *root123* | *chartmuseum*) fail 'the plan shows what it must not' ;; esac
	said plain-http
	said passwords
	first=$out
	part harbor plan
	is "$out" "$first"
	nothing_there
	part harbor apply
	is "$status" 0
	shows 'starting Harbor'
	no_secret
	part harbor verify
	is "$status" 0
	said running
	no_secret
	is "$(stat -c %a "$scratch/root/opt/harbor/harbor.yml" "$scratch/root/$keys/admin-password" "$scratch/root/$keys" | tr '\n' ' ')" '600 600 700 '
	is "$(tool 'docker ps --format "{{.Names}}"' | grep -c harbor)" 5
	[ -z "$(ls -A "$scratch/root/tmp")" ] || fail 'something was left in tmp'
	case='run twice'
	part harbor preflight
	is "$status" 0
	part harbor check
	is "$status" 0
	said already
	case='undo keeps the data and the passwords'
	part harbor undo
	is "$status" 0
	said undone
	[ ! -e "$scratch/root/opt/harbor" ] || fail 'the folder is still there'
	is "$(tool 'docker ps -a --format "{{.Names}}"' | grep -c harbor)" 0
	[ -s "$scratch/root/var/lib/harbor/database/PG_VERSION" ] || fail 'the data is gone'
	part harbor check
	is "$status" 1
	case='once more, with the data from before'
	word=$(cat "$scratch/root/$keys/database-password")
	part harbor preflight
	is "$status" 0
	part harbor plan
	said passwords-kept
	part harbor apply
	part harbor verify
	is "$status" 0
	is "$(cat "$scratch/root/$keys/database-password")" "$word"
}

changes() {
	case='another port: the old configuration comes back'
	edge
	part harbor apply
	is "$status" 0
	before=$(cat "$scratch/root/opt/harbor/harbor.yml")
	params="$params http_port=8086"
	part harbor preflight
	is "$status" 0
	part harbor check
	is "$status" 1
	part harbor plan
	is "$status" 0
	shows '-  port: 8085'
	shows '+  port: 8086'
	case $out in *'+harbor_admin_password'*) fail 'the password would change' ;; esac
	part harbor apply
	part harbor verify
	is "$status" 0
	no_secret
	part harbor undo
	is "$status" 0
	said undone-config
	is "$(cat "$scratch/root/opt/harbor/harbor.yml")" "$before"
	is "$(tool 'curl -s http://127.0.0.1:8085/api/v2.0/health' | grep -c '"status":"healthy"}$')" 1
	case='a certificate'
	edge
	for file in cert key ca; do echo x >"$scratch/root/etc/$file.pem"; done
	params="$params certificate=/etc/cert.pem private_key=/etc/key.pem ca=/etc/ca.pem"
	part harbor preflight
	is "$status" 0
	part harbor plan
	shows '+  certificate: /etc/cert.pem'
	unsaid plain-http
	part harbor apply
	part harbor verify
	is "$status" 0
	[ -e "$scratch/root/etc/docker/certs.d/edgeserver:8443/ca.crt" ] || fail 'Docker was not told of the CA'
	part harbor undo
	[ ! -e "$scratch/root/etc/docker/certs.d/edgeserver:8443" ] || fail 'the CA is still there'
	case='an attempt that was cut short is not what was there before'
	edge
	breaks docker-load
	part harbor apply
	is "$status" 1
	said installer-failed
	mends docker-load
	part harbor apply
	is "$status" 0
	part harbor undo
	said undone
	[ ! -e "$scratch/root/opt/harbor" ] || fail 'the folder is still there'
}

# refused_by ID COMMAND [PARAMS]: after COMMAND preflight says that, and nothing is there that was not before.
refused_by() {
	case="blocked: $1 ${2-}"
	[ -n "${clean-}" ] || edge # preflight changes nothing: one world does for all other parameters
	clean=yes
	usual=$params
	params="$params ${3-}"
	[ -z "$2" ] || { clean= && tool "$2" >/dev/null; }
	refused harbor "$1"
	is "$(grep -c ' say ' "$scratch/marks")" 1
	nothing_there
	params=$usual
}

bad_input() {
	clean=
	refused_by other-sum '' 'sha256=0000000000000000000000000000000000000000000000000000000000000000'
	refused_by port-taken '' http_port=80
	is "$(grep -c 'kube-system/traefik' "$scratch/marks")" 1
	refused_by port-taken '' http_port=30080
	refused_by port-taken '' http_port=22
	is "$(grep -c 'sshd,%20pid%201014' "$scratch/marks")" 1
	refused_by port-taken '' http_port=5000
	is "$(grep -c 'local-registry' "$scratch/marks")" 1
	refused_by bad-port '' http_port=65536
	refused_by same-port '' http_port=8443
	refused_by bad-name '' server_name=127.0.0.1
	refused_by bad-name '' server_name=localhost
	refused_by no-such-name '' server_name=nowhere.example
	refused_by no-certificate '' certificate=/etc/hostname
	refused_by no-certificate '' 'certificate=/etc/hostname private_key=/etc/none'
	refused_by no-room '' room=5T
	refused_by no-installer 'rm "$root"/'$installer
	refused_by not-gzip 'echo "<html>Not Found</html>" >"$root"/'$installer
	refused_by not-gzip ': >"$root"/'$installer
	refused_by cut 'f="$root"/'$installer'; head -c 600 "$f" >"$f.1" && mv "$f.1" "$f"'
	refused_by not-tar 'head -c 9000 /dev/zero | tr "\0" x | gzip -c >"$root"/'$installer
	refused_by not-harbor 'cd "$root"/home && mkdir harbor && echo x >harbor/install.sh && tar -czf "$root"/'$installer' harbor'
	refused_by odd-member 'cd "$root"/home && echo x >install.sh && tar -czf "$root"/'$installer' install.sh'
	refused_by odd-member 'cd "$root"/home && mkdir harbor && ln -s ../../etc harbor/etc && tar -czf "$root"/'$installer' harbor'
	refused_by online 'cd "$root"/home && tar -xzf "$root"/'$installer' && rm harbor/*.gz && tar -czf "$root"/'$installer' harbor'
	refused_by no-line 'cd "$root"/home && tar -xzf "$root"/'$installer' && sed -i /data_volume/d harbor/harbor.yml.tmpl && tar -czf "$root"/'$installer' harbor'
	refused_by name-taken 'docker run -d --name redis busybox:1.36 sleep 9'
	refused_by not-empty 'mkdir "$root"/opt/harbor && echo x >"$root"/opt/harbor/mine'
	refused_by not-ours 'mkdir "$root"/opt/harbor && echo x >"$root"/opt/harbor/harbor.yml'
	refused_by data-without-password 'mkdir -p "$root"/var/lib/harbor/database'
	refused_by no-docker 'systemctl stop docker'
	refused_by cluster-unknown 'echo timeout >"$root"/demo/fail/kube'
	grep -q 'Unable%20to%20connect' "$scratch/marks" || fail 'why is not said'
	refused_by no-tool 'rm "$root"/demo/bin/curl'
	case='another version is no change of settings'
	edge
	part harbor apply
	echo v2.10.0 >"$scratch/root/$keys/version"
	params="$params http_port=8086"
	refused harbor upgrade
}

# fails_by SWITCH ID [WORDS]: what the job makes of it; nothing of it stays.
fails_by() {
	case="fails: $1"
	edge
	breaks "$1" "${3-}"
	job harbor
	is "$result" undone
	said "$2"
	said undone
	[ ! -e "$scratch/root/opt/harbor" ] || fail 'the folder is still there'
	is "$(tool 'docker ps -a --format "{{.Names}}"' | grep -c harbor)" 0
}

fails() {
	fails_by docker-load installer-failed
	fails_by harbor-health not-healthy registryctl
	fails_by compose-dead not-up registryctl
	fails_by harbor-login no-login
	case='its containers do not go'
	edge
	part harbor apply
	breaks compose-down
	part harbor undo
	is "$status" 1
	unsaid undone
	[ -e "$scratch/root/opt/harbor/harbor.yml" ] || fail 'the folder went before its containers'
	case='a program that prints a password'
	edge
	tool 'cd "$root"/home && tar -xzf "$root"/'$installer' && echo "cat harbor.yml common/config/core/env" >>harbor/prepare &&
		tar -czf "$root"/'$installer' harbor'
	part harbor apply
	is "$status" 0
	shows 'HARBOR_ADMIN_PASSWORD=********'
	no_secret
	case='default passwords, a file that others read'
	chmod 644 "$scratch/root/opt/harbor/harbor.yml"
	part harbor verify
	is "$status" 1
	said open-passwords
	case='undo without a record'
	edge
	part harbor undo
	is "$status" 1
	said undo-no-record
	case='undo of another folder'
	edge
	part harbor apply
	params="$params folder=/opt/other"
	part harbor undo
	is "$status" 1
	said undo-elsewhere
	case='job: done'
	edge
	job harbor
	is "$result" ok
	said running
	job harbor
	is "$result" ok
}

for shell in $TEST_SHELLS; do
	works
	changes
	[ "$shell" = dash ] || continue # what follows asks no more of the shell than that did
	bad_input
	fails
done
finish
