about='it is named in registries.yaml, pushed and pulled: a later console finds it so, nothing is run'
. "$here/cases/registry.words.sh"

drive() {
	ready
	succeeds
	stranger
	satisfied 'registries.yaml names http://EdgeServer:8085, and an image was pushed there and pulled'
}

expect() { jobs_are 1; }
