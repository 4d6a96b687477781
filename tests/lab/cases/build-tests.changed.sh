about='the Dockerfile is edited between the plan and the yes: blocked with the new plan, nothing is built'
. "$here/cases/build.words.sh"

drive() {
	chosen
	is activity ready
	console ask "$step"
	guest "echo 'LABEL n=2' >>$mcp/Dockerfile"
	console confirm "$step"
	console wait "$step"
	is state blocked
	is result changed
	is parts.apply -1
	console prepare "$step"
	is activity ready
}

expect() { as_before; }
