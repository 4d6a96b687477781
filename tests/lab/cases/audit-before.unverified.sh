about='what was written down is cut short, and mv says ok: seen'
. "$here/cases/kube.words.sh"

cluster=

prepare() {
	wrap mv <<-'EOF'
		"$real" "$@" || exit
		case "$*" in
		*audit.new*) for to; do :; done; sed -i 5q "$to" ;;
		esac
	EOF
}

drive() {
	ready
	run_step
	is state failed
	is parts.apply 0
	is parts.verify '[1-9]*'
	says 'the audit is not in /var/backups/twistertui/audit.before'
}

expect() {
	same docker.pid
}
