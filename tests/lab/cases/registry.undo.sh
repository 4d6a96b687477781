about='registries.yaml is the one from before, byte by byte, with its mode; edited since, it would be left alone'
. "$here/cases/registry.words.sh"

prepare() {
	made
	theirs
}

drive() {
	ready
	run_step
	is state 'done'
	guest "echo '# later' >>$yaml"
	console undo "$step"
	console wait "$step"
	says '*registries.yaml was edited since: it is left alone. *'
	guest "tail -n 1 $yaml | grep -q later; sed -i '\$d' $yaml"
	console undo "$step"
	console wait "$step"
	is result ok
	says '*registries.yaml is as before; the test image stays in Harbor'
}

expect() {
	as_before
	tidy
}
