about='the pod is gone between the plan and the yes: the server itself is not taken in its place'
. "$here/cases/kube.words.sh"

# There is no kubelet to run a command in a pod: it runs here, where PostgreSQL is. Which pod it is, is the real API's word.
prepare() {
	by_default what postgres
	wrap kubectl <<-'END'
		case " $* " in
		*' exec '*)
			for last; do :; done
			cd / && exec runuser -u postgres -- sh -c "$last"
			;;
		esac
		exec "$real" "$@"
	END
}

drive() {
	ready
	is plan '*PostgreSQL: pod twisterlab/postgres-0 (app=postgres), at *'
	kube scale statefulset -n twisterlab postgres --replicas=0 >&2
	until [ "$(kube get pods -n twisterlab -l app=postgres --no-headers 2>/dev/null | grep -c .)" = 0 ]; do sleep 0.2; done
	plan_changed
}

expect() {
	guest '! ls /usr/local/sbin/twistertui-backup-* 2>/dev/null' || fail 'something was installed'
}
