about='a label that two pods have; one whose pod does not let itself be asked (there is no kubelet: as one that is down)'
. "$here/cases/kube.words.sh"

drive() {
	begin
	console param "$step" what postgres
	console param "$step" postgres_label k8s-app=none
	is activity ready
	is plan '*PostgreSQL: this server,*'
	kube scale statefulset -n twisterlab postgres --replicas=2 >&2
	until [ "$(kube get pods -n twisterlab -l app=postgres --no-headers | grep -c Running)" = 2 ]; do sleep 0.2; done
	console param "$step" postgres_label app=postgres
	is state blocked
	is reason 'PostgreSQL: several running pods have the label app=postgres: twisterlab/postgres-0 twisterlab/postgres-1. Give *'
	kube scale statefulset -n twisterlab postgres --replicas=1 >&2
	until [ "$(kube get pods -n twisterlab -l app=postgres --no-headers | grep -c .)" = 1 ]; do sleep 0.2; done
	console prepare "$step"
	is state blocked
	is reason 'PostgreSQL (pod twisterlab/postgres-0 (app=postgres)) does not let itself be asked: *'
}

expect() {
	jobs_are 0
}
