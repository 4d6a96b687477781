# lvm-report.sh: lvs, vgs and pvs. Sourced after demo.sh and lvm.sh.
# shellcheck shell=sh disable=SC2154
kind=${tool%s}
format=basic units=r suffix=y columns= headings=y separator= only= unquoted= prefixes=
bad_option() {
	echo "  Error during parsing of command line." >&2
	exit 3
}
while [ $# -gt 0 ]; do
	arg=$1
	shift
	case $arg in
	--reportformat | --units | --options | -o | --separator | --config | --select | -S | --sort | -O)
		[ $# -gt 0 ] || bad_option
		value=$1
		shift
		;;
	--*=*) value=${arg#*=} arg=${arg%%=*} ;;
	-o?*) value=${arg#-o} arg=-o ;;
	*) value= ;;
	esac
	case $arg in
	--reportformat)
		case $value in
		json | json_std | basic) format=$value ;;
		*) echo "  Unknown report format specified: $value." >&2; exit 3 ;;
		esac
		;;
	--units) units=$value ;;
	--options | -o) columns=$columns,$value ;;
	--separator) separator=$value ;;
	--noheadings) headings= ;;
	--nosuffix) suffix= ;;
	--unquoted) unquoted=y ;;
	--nameprefixes) prefixes=y ;;
	--readonly | --config | --select | -S | --sort | -O | -a | --all | -v | --aligned | --unbuffered | --ignorelockingfailure | --foreign | --nolocking | -q | --quiet) ;;
	--version) printf '  LVM version:     2.03.31(2) (2025-02-27)\n'; exit ;;
	-*)
		echo "$tool: unrecognized option '$arg'" >&2
		bad_option
		;;
	*)
		plain "$arg"
		case $kind in
		lv) case $plain in
			"$vg") ;;
			*)
				if lv2_named "$arg"; then
					only=2
				elif lv_named "$arg"; then
					only=1
				else
					need_root
					case $named in
					"$vg"/*) echo "  Failed to find logical volume \"$named\"" >&2 ;;
					*)
						echo "  Volume group \"${named%%/*}\" not found" >&2
						echo "  Cannot process volume group ${named%%/*}" >&2
						;;
					esac
					exit 5
				fi
				;;
			esac ;;
		vg)
			if [ "$arg" != "$vg" ]; then
				need_root
				echo "  Volume group \"$arg\" not found" >&2
				echo "  Cannot process volume group $arg" >&2
				exit 5
			fi
			;;
		pv)
			case $plain:$s_pv2 in
			/dev/sdb3:*) only=1 ;;
			/dev/sdd:?*) only=2 ;;
			*) only= ;;
			esac
			if [ -z "$only" ]; then
				need_root
				echo "  Failed to find physical volume \"$plain\"." >&2
				exit 5
			fi
			;;
		esac
		;;
	esac
done
need_root
if failing lvm; then
	echo "  ${failing:-Failed to read metadata from /dev/sdb3.}" >&2
	exit 5
fi
exec awk -v kind="$kind" -v format="$format" -v units="$units" -v suffix="$suffix" -v columns="${columns#,}" -v prefixes="$prefixes" \
	-v headings="$headings" -v separator="$separator" -v unquoted="$unquoted" -v lv="$s_lv_extents" -v dm="$s_dm_extents" -v vg="$s_vg_extents" \
	-v seq="$s_vg_seq" -v sdb3="$s_sdb3" -v now="$s_boot" -v pv2="$s_pv2" -v sdd="$s_sdd" -v only="$only" \
	-v lv2="$s_lv2" -v lv2_n="$s_lv2_extents" -v lv2_on="$s_lv2_on" -v lv2_uuid="$s_lv2_uuid" -v lv2_tags="$s_lv2_tags" -v lv2_at="$s_lv2_at" -f "$demo/lib/lvm.awk"
