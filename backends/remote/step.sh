# shellcheck shell=sh disable=SC2154,SC2034
# step.sh: what a step's script finds defined, in a probe and in a job.
#
#   fact NAME VALUE              records a figure
#   say ID ARG...                says something to the operator, in the words that phase.json has
# for ID
#   choice VALUE LABEL [1]       one choice of a parameter; 1: preselected
#   tw_kubectl ARG...            kubectl, or k3s' own, with k3s' configuration where that is the
# only one
#
# Where they go: to file descriptor 9 as lines "TOKEN KIND =WORD..." in a probe ($tw_mark is the
# token), to
# the file $tw_marks as lines "AT KIND =WORD..." in a job, AT being the size of the output $tw_out
# so far. A job's
# output thus holds nothing but what the step printed, and its offsets are those of the file.

# tw_word TEXT: TEXT in $tw_w with % and white space as %XX, so that words can be told apart again.
tw_word() {
	tw_r=$1
	tw_w=
	while :; do
		case $tw_r in
		*[%\ "$tw_tab$tw_nl$tw_cr"]*) ;;
		*) break ;;
		esac
		tw_h=${tw_r%%[%\ "$tw_tab$tw_nl$tw_cr"]*}
		tw_r=${tw_r#"$tw_h"}
		case $tw_r in
		%*) tw_c=%25 ;;
		' '*) tw_c=%20 ;;
		"$tw_tab"*) tw_c=%09 ;;
		"$tw_nl"*) tw_c=%0A ;;
		*) tw_c=%0D ;;
		esac
		tw_w=$tw_w$tw_h$tw_c
		tw_r=${tw_r#?}
	done
	tw_w=$tw_w$tw_r
}

tw_marked() {
	tw_line=$1
	shift
	for tw_a in "$@"; do
		tw_word "$tw_a"
		tw_line="$tw_line =$tw_w"
	done
	if [ -n "${tw_marks-}" ]; then
		tw_at=$(wc -c <"$tw_out")
		printf '%s %s\n' "$((tw_at))" "$tw_line" >>"$tw_marks"
	elif [ -n "${tw_mark-}" ]; then
		printf '%s %s\n' "$tw_mark" "$tw_line" >&9
	fi
}

fact() { tw_marked fact "$1" "${2-}"; }
say() { tw_marked say "$@"; }
choice() { tw_marked choice "$1" "${2-$1}" "${3-0}"; }

tw_kubectl() {
	if command -v kubectl >/dev/null 2>&1; then
		if [ -z "${KUBECONFIG-}" ] && [ ! -f "${HOME-}/.kube/config" ] &&
			[ -r "$root/etc/rancher/k3s/k3s.yaml" ]; then
			KUBECONFIG=$root/etc/rancher/k3s/k3s.yaml kubectl "$@"
		else
			kubectl "$@"
		fi
	elif command -v k3s >/dev/null 2>&1; then
		k3s kubectl "$@"
	else
		printf '%s\n' 'kubectl: not found' >&2
		return 127
	fi
}

root=${root-}
tw_nl='
'
tw_tab=$(printf '\t')
tw_cr=$(printf '\r')
