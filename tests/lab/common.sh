# shellcheck shell=bash
# What the lab's scripts share: where things are, and how they are named. To be sourced.

lab_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lab_cache=$(realpath -m "${TWISTERTUI_LAB:-${XDG_CACHE_HOME:-$HOME/.cache}/twistertui/lab}")

say() {
	printf 'lab: %s\n' "$*" >&2
}

die() {
	say "$*"
	exit 1
}

# skip WHY: this machine can't; 77 is what automake calls a test that was skipped.
skip() {
	printf 'skipped: %s\n' "$*" >&2
	exit 77
}

# key_of WORD... -- FILE...: what a thing is made from, as sixteen characters.
key_of() {
	local words=()
	while [ "$1" != -- ]; do
		words+=("$1")
		shift
	done
	shift
	{
		printf '%s\n' "${words[@]}"
		cat "$@"
	} | sha256sum | cut -c1-16
}

# Three things are made, each from the one before; a change makes anew only what follows from it.
root_made() { # SUITE
	printf '%s/made/root-%s-%s' "$lab_cache" "$1" "$(key_of "$1" -- "$lab_dir"/guest/{rootfs,customize}.sh)"
}

disks_made() { # SUITE VARIANT
	printf '%s/made/disks-%s-%s-%s' "$lab_cache" "$1" "$2" \
		"$(key_of "$(root_made "$1")" "$2" -- "$lab_dir"/guest/disks.sh)"
}

saved_made() { # SUITE VARIANT
	printf '%s/made/saved-%s-%s-%s' "$lab_cache" "$1" "$2" \
		"$(key_of "$(disks_made "$1" "$2")" "${LAB_CPUS:-2}" -- "$lab_dir"/guest/{boot,live}.sh)"
}

run_of() { # NAME
	case $1 in
	'' | *[!A-Za-z0-9_-]*) die "$1: a guest's name is made of letters, digits, - and _" ;;
	esac
	printf '%s/run/%s' "$lab_cache" "$1"
}

# is_qemu RUN: its qemu lives (and the number has not gone to somebody else).
is_qemu() {
	local pid
	pid=$(cat "$1/qemu.pid" 2>/dev/null) || return 1
	[ -n "$pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q -F -- "$1/qmp.sock"
}

# need_tools TOOL... : says all that is missing at once.
need_tools() {
	local tool missing=()
	for tool; do
		command -v "$tool" >/dev/null 2>&1 || missing+=("$tool")
	done
	[ ${#missing[@]} = 0 ] || skip "not on this machine: ${missing[*]} (./bootstrap lab installs them)"
}

# What it takes to run a guest, and to make one.
need_run() {
	need_tools qemu-system-x86_64 qemu-img ssh ssh-keygen python3 zstd
}

need_build() {
	[ "$(id -u)" = 0 ] || skip 'the lab needs root (loop devices, mounts)'
	need_run
	need_tools mmdebstrap lvm sfdisk mkfs.ext4 mkfs.xfs losetup
	losetup -f >/dev/null 2>&1 || skip 'this machine has no loop devices'
	local free
	mkdir -p "$lab_cache" || die "$lab_cache can't be made"
	free=$(df -P -k "$lab_cache" | awk 'NR > 1 { print $4 }')
	[ "$free" -gt 4000000 ] || skip "$lab_cache needs 4 GB of free space, and has $((free / 1000)) MB"
}
