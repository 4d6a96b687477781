# What the cases of clean-docker share; not a case. Each begins with: . "$here/cases/clean-docker.words.sh"
# shellcheck shell=bash disable=SC2034,SC2016 # for matrix-case; scripts for the guest

# litter: a stopped container with 20 MB in itself and a volume, an image that has lost its name, one that has one, a volume
# that nobody has; no Kubernetes.
litter() {
	guest 'mv /usr/local/bin/kubectl /usr/local/bin/kubectl.away
		docker create --name old -v olddata:/data tiny:1 /bin/sh >/dev/null
		head -c 20971520 /dev/urandom >/root/big; docker cp /root/big old:/big >/dev/null 2>&1
		docker volume create lone >/dev/null; fallocate -l 30M /var/lib/docker/volumes/lone/_data/big
		mkdir /root/b; cd /root/b
		for n in 1 2; do
			printf "FROM tiny:1\nLABEL n=%s\n" $n >Dockerfile; docker build -q -t spare:1 . 2>/dev/null >/dev/null
		done'
}

# left: what there is, a line each.
left() {
	guest 'docker ps -a --format "container {{.Names}}"; docker images --format "image {{.Repository}}:{{.Tag}}"
		docker volume ls --format "volume {{.Name}}"' | sort
}
