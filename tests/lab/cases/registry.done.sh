about='registries.yaml written for root alone, an image pushed by Docker and pulled by its digest; k3s has not read it yet, and it is said'
. "$here/cases/registry.words.sh"

drive() {
	ready
	is plan '*+  "EdgeServer:8085":*+      - "http://EdgeServer:8085"*$ docker push 127.0.0.1:8085/library/twistertui-test:probe*'
	succeeds
	is result ok
	says 'EdgeServer:8085/library/twistertui-test was pushed and pulled by Docker with the same digest, sha256:*'
	says 'k3s has not read registries.yaml yet: *'
}

expect() {
	{ echo 600 root root; ours; } | cmp - <(yaml_is) || fail "another $yaml"
	[ "$(guest "ls $data | grep -c '^sha256:[0-9a-f]*\$'")" -ge 3 ] || fail 'no image is in the registry'
	journal 'select(.kind == "facts") | .facts["phase.registry.pull"].value // empty' | grep -q '^1$' || fail 'the journal has no 1'
	tidy
	secrets admin
}
