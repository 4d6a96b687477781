about='the Dockerfile is edited between the plan and the yes: blocked with the new plan, nothing is built'
. "$here/cases/build.words.sh"

drive() {
	chosen
	is activity ready
	console ask "$step"
	guest "echo 'LABEL n=2' >>$mcp/Dockerfile"
	plan_changed
	console prepare "$step"
	is activity ready
}

expect() { as_before; }
