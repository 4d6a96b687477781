about='power cut after the first batch: the console says that it is not so, and the rest goes in a second run'
. "$here/cases/kube.words.sh"

prepare() {
	wrap kubectl <<-'EOF'
		case "$*" in
		*delete*)
			if [ -e /run/lab-first ]; then
				: >/run/lab/held
				until [ -e /run/lab/go ]; do sleep 0.2; done
			fi
			: >/run/lab-first
			;;
		esac
		exec "$real" "$@"
	EOF
}

drive() {
	local n
	ready
	console confirm "$step"
	held
	power off
	n=$(failed_pods | grep -c .)
	[ "$n" = 70 ] || fail "$n pods are left after the first batch, not 70"
	power on
	guest 'rm /usr/local/sbin/kubectl'
	console within 900
	console link up
	console until "$step" state=interrupted activity=idle
	is reason 'cut short; check says it is not so*'
	console prepare "$step"
	is activity ready
	says '70 pods are deleted'
	succeeds
	is attempt 2
}

expect() {
	grew pods -120
	same pods.others
}
