about='somebody runs a container from the test image: it cannot be taken away, and that is seen'
. "$here/cases/build.words.sh"

prepare() {
	dockerfile "$mcp"
	wrap docker <<-'EOF'
		case $* in
		'rmi twistertui-build-test:'*) "$real" create --name borrowed "$2" /bin/sh >/dev/null 2>&1 ;;
		esac
		exec "$real" "$@"
	EOF
}

drive() {
	chosen
	is activity ready
	fails unchanged 0
	says 'twistertui-build-test:srv-mcp could not be taken away: docker rmi says why'
}

expect() {
	[ "$(now containers.all)" = 'borrowed web ' ] || fail "containers: $(now containers.all)"
}
