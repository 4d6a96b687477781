# lvm-disk.sh: pvcreate, vgextend, vgreduce and pvremove of the added disk. Sourced after demo.sh and lvm.sh.
# shellcheck shell=sh disable=SC2154
command="$tool $*" group='' device=''
for arg; do
	case $arg in
	-*) ;;
	*/*) plain "$arg"; device=$plain ;;
	*) group=$arg ;;
	esac
done
need_root
if failing "$tool"; then
	echo "  ${failing:-Device $device: Input/output error.}" >&2
	exit 5
fi
case $device:$s_sdd in
/dev/sdd:?*) ;;
/dev/sda:* | /dev/sdc:*)
	echo "  Can't open $device exclusively.  Mounted filesystem?" >&2
	exit 5
	;;
*)
	echo "  No device found for $device." >&2
	exit 5
	;;
esac
case $tool in
vg*)
	if [ "$group" != "$vg" ]; then
		echo "  Volume group \"$group\" not found" >&2
		echo "  Cannot process volume group $group" >&2
		exit 5
	fi
	;;
esac
number() {
	case $s_pv2 in '' | none) return 1 ;; esac
}
case $tool in
pvcreate)
	if number; then
		echo "  Can't initialize physical volume \"$device\" of volume group \"$vg\" without -ff" >&2
		exit 5
	fi
	slow 0.3
	save s_pv2 none
	echo "  Physical volume \"$device\" successfully created."
	;;
vgextend)
	if number; then
		echo "  Physical volume '$device' is already in volume group '$vg'" >&2
		echo "  Unable to add physical volume '$device' to volume group '$vg'" >&2
		exit 5
	fi
	archive "$command"
	n=$(((s_sdd - 1048576) / extent))
	save s_pv2 $n s_vg_extents $((s_vg_extents + n)) s_vg_seq $((s_vg_seq + 1))
	metadata "$root/etc/lvm/backup/$vg" after "$command"
	echo "  Volume group \"$vg\" successfully extended"
	;;
vgreduce)
	number || {
		echo "  Physical Volume \"$device\" not found in Volume Group \"$vg\"." >&2
		exit 5
	}
	if [ "$s_lv_extents" -gt $((s_vg_extents - s_pv2)) ] || [ "$s_lv2_on" = 2 ]; then
		echo "  Physical volume \"$device\" still in use" >&2
		exit 5
	fi
	archive "$command"
	save s_vg_extents $((s_vg_extents - s_pv2)) s_vg_seq $((s_vg_seq + 1)) s_pv2 none
	metadata "$root/etc/lvm/backup/$vg" after "$command"
	echo "  Removed \"$device\" from volume group \"$vg\""
	;;
pvremove)
	if number; then
		echo "  PV $device is used by VG $vg so please use vgreduce first." >&2
		echo "  (If you are certain you need pvremove, then confirm by using --force twice.)" >&2
		exit 5
	elif [ -z "$s_pv2" ]; then
		echo "  No PV found on device $device." >&2
		exit 5
	fi
	save s_pv2 ''
	echo "  Labels on physical volume \"$device\" successfully wiped."
	;;
esac
