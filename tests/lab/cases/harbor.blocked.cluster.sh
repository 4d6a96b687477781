about="ports 80 and 443 are k3s' ingress's, where nobody listens; an API that refuses: who has them is unknown"
. "$here/cases/harbor.words.sh"
cluster=yes

prepare() {
	made
	guest 'mv /usr/local/bin/kubectl.away /usr/local/bin/kubectl'
	kube create -f - >&2 <<-'EOF'
		{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "traefik", "namespace": "kube-system"}, "spec": {"type": "LoadBalancer",
		"selector": {"app.kubernetes.io/name": "traefik"}, "ports": [{"name": "web", "port": 80}, {"name": "websecure", "port": 443}]}}
	EOF
}

drive() {
	begin
	param_blocked http_port 80 'port 80 is taken by kube-system/traefik (Kubernetes): choose another one (e)'
	param_blocked http_port 443 'port 443 is taken by kube-system/traefik (Kubernetes): choose another one (e)'
	console param "$step" http_port 8085
	is activity ready
	cluster break refused
	prepare_blocked 'Kubernetes does not answer: whether one of its services has the port is unknown. *was refused*'
}

expect() {
	jobs_are 0
	no_harbor
}
