about='every image is named by a workload: nothing is run'
. "$here/cases/images.words.sh"

prepare() {
	made
	guest "ctr -n k8s.io images rm --sync $unused"
}

drive() {
	begin
	console prepare "$step"
	is state satisfied
	is reason 'every image is named by a workload'
	refused console confirm "$step"
}

expect() { [ "$(now jobs)" = 0 ] || fail 'a job was started'; }
