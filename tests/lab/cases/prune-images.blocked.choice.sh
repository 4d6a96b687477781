about='nothing chosen; in use: by a pod, in an old ReplicaSet; kept: another name of one in use, what pods stand on'
. "$here/cases/images.words.sh"

drive() {
	begin
	console prepare "$step"
	is state blocked
	is reason '2 images are named by nobody: press e and choose, or s to leave them'
	param_blocked images docker.io/library/redis:7-alpine 'a workload names docker.io/library/redis:7-alpine: it stays'
	param_blocked images redis:7-alpine 'a workload names redis:7-alpine: it stays'
	param_blocked images docker.io/twisterlab/maestro:1.0 'a workload names *: it stays'
	param_blocked images docker.io/twisterlab/api:old 'docker.io/twisterlab/api:old is needed by k3s, or has a name that a workload uses: it stays'
	param_blocked images docker.io/rancher/mirrored-pause:3.6 '* is needed by k3s, *: it stays'
}

expect() { jobs_are 0; }
