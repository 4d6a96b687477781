# shellcheck shell=sh disable=SC2154,SC2034
# shell.sh: what every remote shell is told first. Functions and assignments only; feeding it prints
# nothing.
#
# The caller has set, unexported, so that no child process knows them:
#   tw_frame  the random token of the frames of this shell
#   tw_mark   the random token of what a step or a collector says beside its output
#   tw_kind   "root" in the root shell, else "user"
# Every path on the server is "$root"/…; root is empty on a real server and a folder in the demo and
# in tests.

root=${root-}
PATH=${PATH:-/usr/bin:/bin}:$root/usr/local/sbin:$root/usr/sbin:$root/sbin:$root/usr/local/bin
export PATH
tw_nl='
'

# tw_call TAG TEXT: runs TEXT in this shell and frames what it printed. For functions that remember
# things.
tw_call() {
	printf '%s> %s\n' "$tw_frame" "$1"
	eval "$2" </dev/null
	printf '\n%s< %s %s\n' "$tw_frame" "$1" "$?"
}

# tw_ask TAG TEXT: the same in a subshell, so that neither `exit` nor a syntax error ends this
# shell. File descriptor 8 is where this shell is told things: tw_probe listens there.
tw_ask() {
	printf '%s> %s\n' "$tw_frame" "$1"
	(eval "$2") 8<&0 </dev/null
	printf '\n%s< %s %s\n' "$tw_frame" "$1" "$?"
}
