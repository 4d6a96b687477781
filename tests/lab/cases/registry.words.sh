# What the cases of registry share; not a case. Each begins with: . "$here/cases/registry.words.sh"
#
# Docker and containerd are real, and so is what they push and pull over http. Harbor is harbor.py, run by systemd; its address
# and password stand where the step before leaves them. k3s' unit is there (with the API behind it where the case has a cluster):
# what it reads of registries.yaml is what stood there when it started, as with k3s. `k3s crictl pull` is containerd's own ctr,
# which pulls from there if what the unit has read names that registry, and has to be told that it is plain http.
# shellcheck shell=bash disable=SC2034,SC2016,SC2154 # for matrix-case; scripts for the guest
. "$here/cases/harbor.words.sh"

yaml=/etc/rancher/k3s/registries.yaml
data=/var/lib/lab-harbor

# k3s_reads COMMAND: the unit, which reads registries.yaml and then is COMMAND; k3s' own tool.
k3s_reads() {
	guest_file /etc/systemd/system/k3s.service <<-END
		[Unit]
		Description=Lightweight Kubernetes (its unit alone)
		[Service]
		ExecStartPre=-/bin/rm -f /run/lab-registries.yaml
		ExecStartPre=-/bin/cp $yaml /run/lab-registries.yaml
		ExecStart=$1
		[Install]
		WantedBy=multi-user.target
	END
	guest_file /usr/local/bin/k3s 755 <<-'END'
		#!/bin/sh
		# k3s crictl pull|rmi HOST:PORT/NAME@DIGEST
		case $1.$2 in
		crictl.pull)
			grep -q "http://${3%%/*}\"" /run/lab-registries.yaml || { echo "http: server gave HTTP response to HTTPS client" >&2; exit 1; }
			exec ctr -n k8s.io images pull --plain-http "$3"
			;;
		crictl.rmi) exec ctr -n k8s.io images rm --sync "$3" ;;
		esac
		exit 2
	END
	guest 'systemctl daemon-reload; systemctl enable -q k3s; systemctl restart k3s'
}

# harbor_answers: as the step before leaves it.
harbor_answers() {
	curl_tool
	guest_file /usr/local/lib/harbor.py <"$here/cases/harbor.py"
	guest_file /etc/systemd/system/lab-harbor.service <<-END
		[Service]
		ExecStart=/usr/bin/python3 /usr/local/lib/harbor.py 8085 $notes/admin-password $data
		[Install]
		WantedBy=multi-user.target
	END
	guest "umask 077; mkdir -p $notes; openssl rand -hex 12 >$notes/admin-password; echo http EdgeServer 8085 127.0.0.1:8085 >$notes/address
		systemctl daemon-reload; systemctl enable -q --now lab-harbor
		n=0; until curl http://127.0.0.1:8085/api/v2.0/health | grep -q healthy; do n=\$((n + 1)); [ \$n -lt 100 ]; sleep 1; done"
}

made() {
	k3s_reads '/bin/sleep 1000000'
	harbor_answers
}

prepare() { made; }

# ours: registries.yaml as the step writes it where there was none.
ours() {
	printf 'mirrors:\n  "EdgeServer:8085":\n    endpoint:\n      - "http://EdgeServer:8085"\n'
}

# theirs: one that the operator has, with a secret in it.
theirs() {
	guest_file "$yaml" 640 <<-'END'
		# by hand
		mirrors:
		  docker.io:
		    endpoint:
		      - "https://mirror.example:5000"
		configs:
		  "mirror.example:5000":
		    auth:
		      username: puller
		      password: of-the-mirror
	END
	yaml_is >"$dir/yaml.before"
}

yaml_is() { guest "stat -c '%a %U %G' $yaml; cat $yaml"; }
as_before() { yaml_is | cmp - "$dir/yaml.before" || fail "$yaml is not as before"; }

# tidy: Docker has no name of the test, and nobody's login is left.
tidy() {
	local left
	left=$(guest 'docker images --format "{{.Repository}}" | grep twistertui || :; ls -A /tmp /run | grep twistertui- || :
		ls /root/.docker/config.json 2>/dev/null || :')
	[ -z "$left" ] || fail "left on the server: $left"
}
