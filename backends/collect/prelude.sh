# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # used by, and set by, what is read with it
# prelude.sh: what every collector's shell knows. Functions and assignments only.
#
# Given before: tw_mark, a random token that begins every line of ours in an answer (never exported, never
# an argument of a program), and root, the folder that stands for / ("" on a real server).
# The grammar of an answer is in collect.h.
LC_ALL=C
export LC_ALL
unset LANGUAGE
case :$PATH: in
*":$root/usr/local/bin:"*) ;; # fed before, in a shell that several collectors share
*) PATH=$PATH:$root/usr/sbin:$root/sbin:$root/usr/local/bin ;;
esac
tw_timeout=
command -v timeout >/dev/null 2>&1 && tw_timeout=yes

# tw_limit SECONDS COMMAND...: at most that long, where the server has timeout(1).
tw_limit() {
	tw_secs=$1
	shift
	if [ -n "$tw_timeout" ]; then
		timeout "$tw_secs" "$@"
	else
		"$@"
	fi
}

tw_open() {
	printf '%s + %s\n' "$tw_mark" "$1"
}

tw_close() {
	printf '\n%s = %s\n' "$tw_mark" "$1"
}

# tw_put NAME STATUS TEXT: a section of something that was kept.
tw_put() {
	tw_open "$1"
	printf '%s' "$3"
	tw_close "$2"
}

# tw_run NAME SECONDS COMMAND...: a section with the command's output and, when it said something on
# standard error, a section NAME.err. tw_rc is its exit status, 127 when it is not on this server.
tw_run() {
	tw_name=$1
	tw_max=$2
	shift 2
	tw_open "$tw_name"
	tw_rc=127
	tw_err=
	if command -v "$1" >/dev/null 2>&1; then
		{ tw_err=$(tw_limit "$tw_max" "$@" </dev/null 2>&1 >&3 3>&-); } 3>&1
		tw_rc=$?
	fi
	tw_close "$tw_rc"
	if [ -n "$tw_err" ]; then
		tw_open "$tw_name.err"
		printf '%.8000s' "$tw_err"
		tw_close 0
	fi
}

# tw_clock: the server's clock, in seconds since 1970.
tw_clock() {
	tw_run clock 5 date +%s
}

# tw_line FILE: sets tw_line to its first line, "" when there is none; no process is started.
tw_line() {
	tw_line=
	{ IFS= read -r tw_line <"$1"; } 2>/dev/null
}

# tw_find_kubectl: sets tw_kubectl to the words that call it ("" when it is not here) and chooses the cluster's
# settings: the profile's, else what the user has, else those of k3s. tw_kubeconfig_state says what was found.
tw_find_kubectl() {
	tw_kubectl=
	if command -v kubectl >/dev/null 2>&1; then
		tw_kubectl=kubectl
	elif command -v k3s >/dev/null 2>&1; then
		tw_kubectl='k3s kubectl'
	fi
	tw_k3s=$root/etc/rancher/k3s/k3s.yaml
	tw_kubeconfig_state=own
	if [ -n "${tw_kubeconfig:-}" ]; then
		# shellcheck disable=SC2088 # as it stands in the profile
		case $tw_kubeconfig in
		"~/"*) KUBECONFIG=${HOME:-}/${tw_kubeconfig#??} ;;
		/*) KUBECONFIG=$root$tw_kubeconfig ;;
		*) KUBECONFIG=${HOME:-}/$tw_kubeconfig ;;
		esac
		export KUBECONFIG
		tw_kubeconfig_state=profile
	elif [ -z "${KUBECONFIG:-}" ] && [ ! -r "${HOME:-}/.kube/config" ]; then
		if [ -r "$tw_k3s" ]; then
			KUBECONFIG=$tw_k3s
			export KUBECONFIG
			tw_kubeconfig_state=k3s
		elif [ -e "$tw_k3s" ]; then
			tw_kubeconfig_state=denied
		else
			tw_kubeconfig_state=none
		fi
	fi
}
