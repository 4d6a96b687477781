about='the cluster does not answer: no image that has a name goes'

prepare() {
	guest 'docker tag tiny:1 spare:1; printf "FROM tiny:1\nLABEL n=1\n" | docker build -q -t spare:2 - >/dev/null 2>&1'
}

drive() {
	begin
	console choices "$step" images
	jq -e '.choices == ["dangling"]' <<<"$said" >/dev/null || fail "other choices: $said"
	console param "$step" images spare:2
	is state blocked
	is reason 'the cluster does not answer: whether a workload names spare:2 is not known*'
}

expect() {
	guest 'docker image inspect spare:2 >/dev/null' || fail 'it is gone'
	same containers.all
}
