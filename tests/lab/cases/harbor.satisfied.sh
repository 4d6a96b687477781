about='it stands there as configured, healthy: a later console finds it so, nothing is run'
. "$here/cases/harbor.words.sh"

drive() {
	ready
	succeeds
	stranger
	satisfied 'Harbor answers healthy at http://EdgeServer:8085, with 2 containers, as configured here'
}

expect() { jobs_are 1; }
