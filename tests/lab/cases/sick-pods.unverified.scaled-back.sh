about='something scales what was scaled to zero up again: seen'
. "$here/cases/kube.words.sh"

prepare() {
	wrap kubectl <<-'EOF'
		"$real" "$@"
		status=$?
		case "$*" in
		*--replicas=0) "$real" scale -n twisterlab deployment/builder --replicas=1 ;;
		esac
		exit $status
	EOF
}

drive() {
	begin
	console param "$step" zero twisterlab/deployment/builder
	is activity ready
	run_step
	is state failed
	is parts.apply 0
	says '*twisterlab/*builder*'
}

expect() {
	same replicas
}
