about='every image is named by a workload: nothing is run'
. "$here/cases/images.words.sh"

prepare() {
	made
	guest "ctr -n k8s.io images rm --sync $unused"
}

drive() {
	begin
	satisfied 'every image is named by a workload'
}

expect() { jobs_are 0; }
