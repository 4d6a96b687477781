# demo.sh: what the simulated tools share. Sourced; $0 is ROOT/demo/bin/TOOL.
# shellcheck shell=sh
: "${root:=${0%/demo/bin/*}}"
export root
tool=${0##*/}
demo=$root/demo
log_time=
# shellcheck source=/dev/null
. "$demo/state"

# failing NAME: has the test asked for this failure (demo/fail/NAME), or for one of it (NAME.once)? The file's first line is
# left in $failing.
failing() {
	failing=
	if [ -e "$demo/fail/$1" ]; then
		IFS= read -r failing <"$demo/fail/$1" || :
		return 0
	fi
	[ -e "$demo/fail/$1.once" ] || return 1
	IFS= read -r failing <"$demo/fail/$1.once" || :
	rm -f "$demo/fail/$1.once"
}

# slow SECONDS: what a real server would take, unless the test is in a hurry.
slow() {
	[ ! -e "$demo/fast" ] || return 0
	sleep "$1"
	log_time=
}

# root_needed: is the caller root (through sudo)?
is_root() {
	[ "${DEMO_USER:-twister}" = root ]
}

# save NAME VALUE…: changes the state, one writer at a time, by rename.
save() {
	(
		flock 9
		new=$demo/state.new
		awk 'BEGIN {
			for (i = 1; i < ARGC - 1; i += 2) { set[ARGV[i]] = ARGV[i + 1]; ARGV[i] = ARGV[i + 1] = "" }
		}
		{ name = $0; sub(/=.*/, "", name); if (name in set) { print name "=" set[name]; delete set[name]; next } print }
		END { for (name in set) print name "=" set[name] }' "$@" "$demo/state" >"$new" && mv "$new" "$demo/state"
	) 9>"$demo/lock"
	# shellcheck source=/dev/null
	. "$demo/state"
}

# plain PATH: as the server names it, without the demo's folder in front.
plain() {
	case $1 in
	"$root") plain=/ ;;
	"$root"/*) plain=/${1#"$root"/} ;;
	*) plain=$1 ;;
	esac
	while :; do
		case $plain in
		//*) plain=${plain#/} ;;
		/) break ;;
		*/) plain=${plain%/} ;;
		*) break ;;
		esac
	done
}

# log UNIT TEXT: a line in the journal (seconds since 1970, unit, text).
# A tool is over in a moment, but for where it is slow: it asks for the time once.
log() {
	printf '%s\t%s\t%s\n' "${log_time:=$(date +%s)}" "$1" "$2" >>"$demo/journal/log"
}

# doubled TEXT: sets $doubled to it as awk's -v wants it, with two backslashes for one.
doubled() {
	doubled='' doubled_rest=$1
	while :; do
		case $doubled_rest in
		*\\*)
			doubled=$doubled${doubled_rest%%\\*}\\\\
			doubled_rest=${doubled_rest#*\\}
			;;
		*) break ;;
		esac
	done
	doubled=$doubled$doubled_rest
}
