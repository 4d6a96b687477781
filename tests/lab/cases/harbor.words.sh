# What the cases of harbor and registry share; not a case. Each begins with: . "$here/cases/harbor.words.sh"
#
# Harbor's images are in no Debian. What is installed here is a small one of the same shape: a .tgz with harbor/install.sh,
# prepare, harbor.yml.tmpl (the lines of Harbor 2.10's that the step knows) and an archive of images, which install.sh loads into
# the real Docker; prepare writes what the containers need from harbor.yml, and prints the password, as no installer should.
# Two real containers then run, one of them on the published port, of an image that has nothing of its own: it sees the server's
# /usr. In it harbor.py answers as Harbor does where the step, docker login, push and pull ask. docker-compose and curl are not
# in the guest: what answers to these names starts and ends real containers by docker-compose.yml, and fetches one URL.
# shellcheck shell=bash disable=SC2034,SC2016,SC2154 # for matrix-case; scripts for the guest
panels=no
tgz=/opt/harbor-offline-installer.tgz
notes=/var/backups/twistertui/harbor

curl_tool() {
	guest_file /usr/local/bin/curl 755 <<-'END'
		#!/usr/bin/python3
		import sys, urllib.error, urllib.request
		url = sys.argv[-1]
		try:
		    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=60) as answer:
		        sys.stdout.write(answer.read().decode())
		except urllib.error.HTTPError as e:
		    sys.stdout.write(e.read().decode())
		except OSError as e:
		    sys.exit('curl: (7) Failed to connect: %s' % e)
	END
}

compose_tool() {
	guest_file /usr/local/bin/docker-compose 755 <<-'END'
		#!/bin/sh
		# docker-compose version | up -d | down, of one container a block of docker-compose.yml in this folder.
		label=com.docker.compose.project.working_dir=$PWD
		case $1 in
		version) echo 'docker-compose of the lab' ;;
		up)
			awk '$1 == "container_name:" { name = $2 }
				$1 == "image:" { image = $2 }
				$1 == "port:" { port = " -p " $2 }
				$1 == "volume:" { volumes = volumes " -v " $2 }
				$1 == "command:" { sub(/^ *command: /, ""); print name, port, volumes, image, $0; port = volumes = "" }' docker-compose.yml |
				while read -r name rest; do
					# shellcheck disable=SC2086 # words
					docker run -d --restart always --name "$name" --label "$label" $rest </dev/null >/dev/null || exit 1
					echo "Container $name  Started"
				done
			;;
		down) docker ps -aq --filter "label=$label" | xargs -r docker rm -f ;;
		esac
	END
}

# installer: the small Harbor's offline installer.
installer() {
	guest_file /root/h/harbor/harbor.py <"$here/cases/harbor.py"
	guest_file /root/h/harbor/harbor.yml.tmpl <<-'END'
		# Configuration file of Harbor
		hostname: reg.mydomain.com
		http:
		  # port for http, default is 80
		  port: 80
		https:
		  port: 443
		  certificate: /your/certificate/path
		  private_key: /your/private/key/path
		harbor_admin_password: Harbor12345
		database:
		  password: root123
		  max_idle_conns: 100
		data_volume: /data
		log:
		  level: info
	END
	guest_file /root/h/harbor/prepare 755 <<-'END'
		#!/bin/bash
		set -eu
		umask 077
		value() { sed -n "s/^ *$1: *//p" harbor.yml | tr -d '"' | head -n 1; }
		data=$(value data_volume)
		mkdir -p common/config "$data/database" "$data/registry"
		value harbor_admin_password >common/config/admin
		echo "Generated configuration; loaded secret: $(value harbor_admin_password)"
		cat >docker-compose.yml <<-EOF
			services:
			  core:
			    container_name: harbor-core
			    image: goharbor/lab:v2.10.0
			    volume: /usr:/usr:ro
			    command: /usr/bin/sleep 1000000
			  proxy:
			    container_name: nginx
			    image: goharbor/lab:v2.10.0
			    port: $(value port):8080
			    volume: /usr:/usr:ro
			    volume: $PWD:/harbor:ro
			    volume: $data/registry:/data
			    command: /usr/bin/python3 /harbor/harbor.py 8080 /harbor/common/config/admin /data
		EOF
	END
	guest_file /root/h/harbor/install.sh 755 <<-'END'
		#!/bin/bash
		set -e
		cd "$(dirname "$0")"
		echo '[Step 1]: loading Harbor images ...'
		docker load -i harbor.v2.10.0.tar.gz
		echo '[Step 2]: preparing harbor configs ...'
		./prepare
		docker-compose down
		echo '[Step 3]: starting Harbor ...'
		docker-compose up -d
		echo '----Harbor has been installed and started successfully.----'
	END
	guest "cd /root/h; mkdir -p image/usr image/data image/harbor image/etc image/tmp
		for name in bin sbin lib lib64; do ln -sfn usr/\$name image/\$name; done
		tar -C image -c . | docker import - goharbor/lab:v2.10.0 >/dev/null
		docker save goharbor/lab:v2.10.0 | gzip >harbor/harbor.v2.10.0.tar.gz; docker rmi goharbor/lab:v2.10.0 >/dev/null
		tar -czf $tgz harbor"
}

# made: no Kubernetes, the tools, the installer.
made() {
	guest 'mv /usr/local/bin/kubectl /usr/local/bin/kubectl.away'
	curl_tool
	compose_tool
	installer
}

prepare() { made; }

# secrets NAME…: these passwords (admin, database) stand in nothing that the console keeps, there or here, in no arguments and no
# environment, nor in any file of the server that others may read; nor does a login with them. They are not printed.
secrets() {
	local file found words=/run/lab-words
	for file; do
		file=$notes/$file-password
		found=$(guest "[ \$(wc -c <$file) -gt 20 ]; [ \"\$(stat -c '%a %U' $file)\" = '600 root' ]
			umask 077; word=\$(cat $file); { echo \$word; printf admin:%s \$word | base64; } >$words
			find /var/lib/twistertui /run/twistertui* /var/log /tmp -type f -size -9M -exec grep -l -F -f $words {} + 2>/dev/null || :
			find / -xdev -type f -mmin -300 -perm -004 -size -9M -exec grep -l -F -f $words {} + 2>/dev/null || :
			grep -l -F -f $words /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null || :
			! journalctl -q --since -1h -o cat | grep -q -F -f $words || echo journald") ||
			fail "$file: no password is in it, or others may read it"
		[ -z "$found" ] || fail "the password of $file stands in: $found"
		found=$(grep -r -l -F -f <(lab run "$NAME" cat "$words") "$dir") || :
		[ -z "$found" ] || fail "the password of $file stands here in: $found"
	done
}

# harbor_runs, no_harbor: both containers and no other besides; nothing of it but what is said to stay.
harbor_runs() {
	local names
	names=$(guest 'docker ps --filter status=running --format "{{.Names}}" | sort | tr "\n" " "')
	[ "$names" = 'harbor-core nginx web ' ] || fail "containers that run: $names"
}

no_harbor() {
	same containers containers.all
	guest '[ ! -e /opt/harbor ]; [ ! -e /opt/harbor.twistertui ]; ! ls -A /tmp | grep twistertui' || fail 'something of it is left'
}
