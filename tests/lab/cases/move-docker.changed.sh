about='another container runs between the plan and the yes: blocked with the new plan'
. "$here/cases/1b.words.sh"

drive() {
	go
	is activity ready
	console ask "$step"
	guest 'docker run -d --name job tiny:1 /bin/sleep 1000000'
	plan_changed
	is output '*docker stop job*'
}

expect() { not_moved; }
