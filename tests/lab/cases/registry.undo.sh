about='registries.yaml is the one from before, byte by byte, with its mode; edited since, it would be left alone'
. "$here/cases/registry.words.sh"

prepare() {
	made
	theirs
}

drive() {
	ready
	succeeds
	guest "echo '# later' >>$yaml"
	undo
	says '*registries.yaml was edited since: it is left alone. *'
	guest "tail -n 1 $yaml | grep -q later; sed -i '\$d' $yaml"
	undo
	is result ok
	says '*registries.yaml is as before; the test image stays in Harbor'
}

expect() {
	as_before
	tidy
}
