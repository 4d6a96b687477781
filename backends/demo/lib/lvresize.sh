# lvresize.sh: lvextend, lvreduce and lvresize. Sourced after demo.sh and lvm.sh; words and streams are those of
# LVM 2.03.31 (tests/captures/trixie).
# shellcheck shell=sh disable=SC2154
command="$tool $*"
size='' extents='' resize='' yes='' target=''
dry=''
usage() {
	echo "  $1" >&2
	echo "  Run \`$tool --help' for more information." >&2
	exit 3
}
while [ $# -gt 0 ]; do
	arg=$1
	shift
	case $arg in
	--size=*) size=${arg#*=} ;;
	--extents=*) extents=${arg#*=} ;;
	-L | --size) size=${1-}; shift ;;
	-l | --extents) extents=${1-}; shift ;;
	-L?*) size=${arg#-L} ;;
	-l?*) extents=${arg#-l} ;;
	-r | --resizefs) resize=y ;;
	-t | --test) dry=y ;;
	-y | --yes | -f | --force) yes=y ;;
	-rt | -tr) resize=y dry=y ;;
	-ry | -yr | -fr | -rf) resize=y yes=y ;;
	-q | --quiet | -v | --verbose | --autobackup* | -A | --reportformat) ;;
	-*) echo "$tool: unrecognized option '$arg'" >&2; usage "Error during parsing of command line." ;;
	*) [ -n "$target" ] || target=$arg ;; # more words are physical volumes
	esac
done
need_root
[ -n "$target" ] || usage "Please specify a logical volume path."
if [ -n "$size" ] && [ -n "$extents" ] || [ -z "$size$extents" ]; then
	usage "Please specify either size or extents but not both."
fi
if ! lv_named "$target"; then
	case $named in
	"$vg"/*) echo "  Failed to find logical volume \"$named\"" >&2 ;;
	*)
		echo "  Volume group \"${named%%/*}\" not found" >&2
		echo "  Cannot process volume group ${named%%/*}" >&2
		;;
	esac
	exit 5
fi
old=$s_lv_extents
free=$((s_vg_extents - old - s_lv2_extents))
case $size$extents in
+*) sign=+ ;;
-*) sign=- ;;
*) sign='' ;;
esac
if [ -n "$size" ]; then
	wanted=$(awk -v s="${size#[+-]}" 'BEGIN {
		if (s !~ /^[0-9]+(\.[0-9]+)?([bBsSkKmMgGtTpPeE]([iI]?[bB])?)?$/) exit 1
		n = s + 0
		u = s; gsub(/[0-9.]/, "", u); u = tolower(substr(u, 1, 1))
		if (u == "b") n /= 4194304
		else if (u == "s") n /= 8192
		else {
			for (i = index("kmgtpe", u == "" ? "m" : u); i > 0; i--) n *= 1024
			n /= 4194304
		}
		printf "%.0f", n == int(n) ? n : int(n) + 1
	}') || { echo "  Invalid argument for --size: $size" >&2; usage "Error during parsing of command line."; }
else
	wanted=${extents#[+-]}
	case $wanted in
	*%FREE | *%free) base=$free ;;
	*%VG | *%vg) base=$s_vg_extents ;;
	*%PVS | *%pvs) base=$s_vg_extents ;;
	*%LV | *%lv) base=$old ;;
	*) base='' ;;
	esac
	case ${wanted%%%*} in
	'' | *[!0-9]*) echo "  Invalid argument for --extents: $extents" >&2; usage "Error during parsing of command line." ;;
	esac
	[ -z "$base" ] || wanted=$((${wanted%%%*} * base / 100))
fi
case $sign in
+) new=$((old + wanted)) ;;
-) new=$((old - wanted)) ;;
*) new=$wanted ;;
esac
gib $((old * extent)); old_gib=$gib
[ $new -le 0 ] || gib $((new * extent)); new_gib=$gib
fs_bytes=$((s_fs_blocks * 4096))
[ -z "$dry" ] || echo "  TEST MODE: Metadata will NOT be updated and volumes will not be (de)activated." >&2

# The filesystem to the volume's size, as the helper of LVM prints it.
extend_fs() {
	echo "  Extending file system ext4 to $new_gib ($((new * extent)) bytes) on $vg/$lv..."
	echo "resize2fs /dev/$vg/$lv"
	resize2fs "/dev/$vg/$lv" || {
		echo "  File system extend error." >&2
		echo "  Failed to extend file system." >&2
		exit 5
	}
	echo "resize2fs done"
	echo "  Extended file system ext4 on $vg/$lv."
}

if [ "$tool" = lvextend ] && { [ "$sign" = - ] || [ $new -lt "$old" ]; }; then
	if [ "$sign" = - ]; then
		usage "Size may not be negative."
	fi
	echo "  New size given ($new extents) not larger than existing size ($old extents)" >&2
	exit 5
fi
if [ $new -gt "$old" ] && [ "$tool" = lvreduce ]; then
	echo "  New size given ($new extents) not less than existing size ($old extents)" >&2
	exit 5
fi
if [ $new -eq "$old" ]; then
	echo "  New size ($new extents) matches existing size ($old extents)."
	if [ -z "$resize" ]; then
		[ "$tool" = lvextend ] || exit 0
		exit 5
	fi
	echo "  File system ext4 found on $vg/$lv mounted at /."
	echo "  Size of logical volume $vg/$lv unchanged from $old_gib ($old extents)."
	[ -n "$dry" ] || extend_fs
	echo "  Logical volume $vg/$lv successfully resized."
	exit 0
fi
if [ $new -gt "$old" ]; then
	[ -z "$resize" ] || echo "  File system ext4 found on $vg/$lv mounted at /."
	if [ $((new - old)) -gt $free ]; then
		echo "  Insufficient free space: $((new - old)) extents needed, but only $free available" >&2
		exit 5
	fi
	if failing lvextend; then # an error of the device mapper before anything has changed
		echo "  device-mapper: reload ioctl on  (253:0) failed: ${failing:-Invalid argument}" >&2
		echo "  Failed to suspend logical volume $vg/$lv." >&2
		exit 5
	fi
	echo "  Size of logical volume $vg/$lv changed from $old_gib ($old extents) to $new_gib ($new extents)."
	if [ -n "$dry" ]; then
		[ -z "$resize" ] || echo "  Skip fs extend in test mode."
	else
		archive "$command"
		slow 0.6
		save s_lv_extents $new s_dm_extents $new s_vg_seq $((s_vg_seq + 1))
		metadata "$root/etc/lvm/backup/$vg" after "$command"
		if failing lvextend-half; then # the volume has grown, then the connection to the helper breaks
			echo "  ${failing:-Failed to extend file system.}" >&2
			exit 5
		fi
		if failing progress; then # a slow step: progress with carriage returns for N seconds
			left=${failing:-3}
			file=
			[ ! -e "$demo/fail/progress" ] || file=$demo/fail/progress
			while [ "$left" -gt 0 ] && { [ -z "$file" ] || [ -e "$file" ]; }; do
				printf '\r  extending… %s s left ' "$left"
				sleep 1
				left=$((left - 1))
			done
			echo
		fi
		[ -z "$resize" ] || { slow 0.6; extend_fs; }
	fi
	echo "  Logical volume $vg/$lv successfully resized."
	exit 0
fi

# Smaller.
if [ $new -le 0 ]; then
	echo "  Unable to reduce $vg/$lv below 1 extent." >&2
	exit 5
fi
echo "  File system ext4 found on $vg/$lv mounted at /."
gib "$fs_bytes"; fs_gib=$gib
if [ "$fs_bytes" -gt $((new * extent)) ]; then
	if [ -n "$resize" ]; then
		echo "  File system ext4 cannot be reduced while mounted." >&2
	else
		echo "  File system size ($fs_gib) is larger than the requested size ($new_gib)." >&2
		echo "  File system reduce is required using resize2fs." >&2
	fi
	exit 5
fi
if [ "$fs_bytes" -eq $((new * extent)) ]; then
	echo "  File system size ($fs_gib) is equal to the requested size ($new_gib)."
else
	echo "  File system size ($fs_gib) is smaller than the requested size ($new_gib)."
fi
echo "  File system reduce is not needed, skipping."
echo "  Size of logical volume $vg/$lv changed from $old_gib ($old extents) to $new_gib ($new extents)."
if [ -z "$dry" ]; then
	archive "$command"
	slow 0.5
	save s_lv_extents $new s_dm_extents $new s_vg_seq $((s_vg_seq + 1))
	metadata "$root/etc/lvm/backup/$vg" after "$command"
fi
echo "  Logical volume $vg/$lv successfully resized."
