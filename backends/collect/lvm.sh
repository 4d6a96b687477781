# shellcheck shell=sh
# shellcheck disable=SC2154 # root, tw_mark and what prelude.sh sets
# lvm.sh: physical volumes, volume groups, logical volumes. Only root may read them; anybody may see the volumes
# among the block devices.

tw_lvm_print() {
	tw_clock
	LVM_SUPPRESS_FD_WARNINGS=1
	export LVM_SUPPRESS_FD_WARNINGS
	tw_run pvs 20 pvs --reportformat json --units b --nosuffix \
		-o pv_name,vg_name,pv_size,pv_free,pv_attr
	tw_lvm_rc=$tw_rc
	if [ "$tw_lvm_rc" = 0 ]; then
		tw_run vgs 20 vgs --reportformat json --units b --nosuffix \
			-o vg_name,vg_size,vg_free,vg_extent_size,vg_free_count,pv_count,lv_count
		tw_run lvs 20 lvs --reportformat json --units b --nosuffix \
			-o lv_name,vg_name,lv_size,lv_path,lv_attr,lv_dm_path
	fi
	tw_run df 8 df -PT -B1
	[ "$tw_rc" != 124 ] || tw_run df 8 df -PT -B1 -l
	if [ "$tw_lvm_rc" != 0 ]; then
		tw_run lsblk 8 lsblk -J -b -o NAME,SIZE,TYPE,FSTYPE,MOUNTPOINTS,MODEL,ROTA
		case $tw_rc in
		0 | 124 | 127) ;;
		*) tw_run lsblk 8 lsblk -J -b -o NAME,SIZE,TYPE,FSTYPE,MOUNTPOINT,MODEL,ROTA ;;
		esac
	fi
}

collect_lvm() {
	tw_lvm_print </dev/null 2>/dev/null
}
