about='somebody has deleted the old folder already'
. "$here/cases/1b.words.sh"

drive() {
	after_move
	guest 'rm -rf /var/lib/docker.before-move'
	console prepare "$step"
	is state satisfied
}

expect() { same containers; }
