# What the cases of restart-k3s share; not a case. Each begins with: . "$here/cases/k3s.words.sh"
#
# k3s itself is not in the lab. Its unit is: k3s.service holds port 6444, which the guest's k3s.yaml names, and hands what comes
# on to the API (with docker-proxy, which does nothing but that, and says on descriptor 3 that it is up). So while the unit is down the API is refused and the pods go
# on, and when it is up all answers again, as with k3s.
# shellcheck shell=bash disable=SC2034,SC2016,SC2154 # for matrix-case; scripts for the guest
. "$here/cases/kube.words.sh"

k3s_unit() {
	guest 'proxy=$(ls /usr/sbin/docker-proxy /usr/libexec/docker/docker-proxy /usr/bin/docker-proxy 2>/dev/null | head -n 1)
		printf "%s\n" "[Unit]" "Description=Lightweight Kubernetes (its unit alone)" "[Service]" \
			"ExecStart=/bin/sh -c '\''exec $proxy -proto tcp -host-ip 127.0.0.1 -host-port 6444 -container-ip 127.0.0.1 \
				-container-port 6443 3>/dev/null'\''" \
			>/etc/systemd/system/k3s.service
		sed -i "s/:6443/:6444/" /etc/rancher/k3s/k3s.yaml
		systemctl daemon-reload; systemctl start k3s
		n=0; until kubectl get nodes >/dev/null 2>&1; do n=$((n + 1)); [ $n -lt 100 ]; sleep 0.2; done'
}

prepare() { k3s_unit; }

# k3s_pid: the process of the unit.
k3s_pid() { guest 'systemctl show -p MainPID --value k3s'; }

# unready NAMESPACE APP: its pod is not ready any more.
unready() {
	PYTHONDONTWRITEBYTECODE=1 python3 - "$TOP_SRCDIR/tests/lab/kube" "$TWISTERTUI_LAB/clusters/$LAB_CLUSTER" "$@" <<-'END'
		import sys
		sys.path.insert(0, sys.argv[1])
		import k8s, fakelet
		api = k8s.Api(sys.argv[2])
		for pod in api.get('/api/v1/namespaces/%s/pods?labelSelector=app%%3D%s' % tuple(sys.argv[3:5]))['items']:
		    if pod['status']['phase'] == 'Running':
		        pod['metadata'].setdefault('annotations', {})['lab/state'] = 'notready'
		        api.patch('/api/v1/namespaces/%s/pods/%s/status' % (sys.argv[3], pod['metadata']['name']), {'status': fakelet.status(pod)})
	END
}
