# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; disk, least, group: this step's parameters
# add-disk: a named, empty disk becomes a physical volume of the volume group.
#
# The disk is named by what stands on it (/dev/disk/by-id: model and serial number), not by sdc, which the next boot may give
# to another. pvcreate would overwrite what it does not know; here a disk on which anything at all is found is refused.

keep=$root/var/backups/twistertui
by_id=$root/dev/disk/by-id

# look_disk NAME: $kernel (sdc), $device (/dev/sdc) and what lsblk says of it: $type $size $ro $rota $sector $model $serial.
look_disk() {
	tw_disk_named "$1" && tw_disk "$tw_device" || return 1
	kernel=$tw_kernel device=$tw_device type=$tw_type size=$tw_size ro=$tw_ro rota=$tw_rota sector=$tw_sector
	model=$tw_model serial=$tw_serial
}

# found DEVICE KERNEL: the first thing that is on it or that has it, in $what and $how; 1 when it is empty and nobody's.
found() {
	what=
	how=$(lsblk -nr -o NAME "$1" 2>/dev/null | sed -n '2{p;q;}')
	[ -z "$how" ] || { what=parts; return 0; }
	how=$(findmnt -rn -o TARGET -S "$1" 2>/dev/null | head -n 1)
	[ -z "$how" ] || { what=mounted; return 0; }
	how=$(awk -v d="${1#"$root"}" '$1 == d { print $1; exit }' "$root"/proc/swaps 2>/dev/null)
	[ -z "$how" ] || { what=swap; return 0; }
	how=$(for one in "$root/sys/class/block/$2"/holders/*; do [ ! -e "$one" ] || echo "${one##*/}"; done | head -n 1)
	[ -z "$how" ] || { what=held; return 0; }
	how=$(blkid -p -o value -s TYPE "$1" 2>/dev/null | head -n 1)
	[ -n "$how" ] || how=$(blkid -p -o value -s PTTYPE "$1" 2>/dev/null | head -n 1)
	[ -z "$how" ] || { what=signature; return 0; }
	# One of the two may know what the other does not; and a disk that can't be read is not empty.
	how=$(wipefs -n "$1" 2>&1) || { what=unread; return 0; }
	[ -z "$how" ] || { how=$(printf '%s\n' "$how" | tail -n 1) && what=signature; return 0; }
	return 1
}

# The group: $vg, $extent, $extents, $free, and whether it may be extended.
look_group() {
	vg=$group
	if [ "$vg" = root ]; then
		source=$(findmnt -rn -o SOURCE "$root"/ | tail -n 1)
		vg=$(lvs --noheadings -o vg_name "$source" 2>/dev/null | tr -d ' ')
		[ -n "$vg" ] || { say not-lvm "${source:-?}"; return 1; }
	fi
	case $vg in
	'' | . | .. | -* | *[!A-Za-z0-9+_.-]*) say no-group "$vg"; return 1 ;;
	esac
	line=$(vgs --noheadings --nosuffix --units b --separator '|' -o vg_attr,vg_extent_size,vg_extent_count,vg_free_count \
		"$vg" 2>/dev/null)
	IFS='|' read -r attr extent extents free <<-END
		${line#"${line%%[! ]*}"}
	END
	if ! tw_number "$extent" || ! tw_number "$extents" || ! tw_number "$free" || [ "$extent" -eq 0 ]; then
		say no-group "$vg"
		return 1
	fi
	case $attr in
	wz-?*) ;;
	*) say vg-closed "$vg" "$attr"; return 1 ;;
	esac
	case $attr in
	???p*) say vg-partial "$vg"; return 1 ;;
	esac
}

# The group that the disk is in already, as a physical volume; nothing when it is none.
group_of() { pvs --noheadings -o vg_name "$1" 2>/dev/null | tr -d ' '; }
is_pv() { pvs --noheadings -o pv_name "$1" >/dev/null 2>&1; }

# The disk and the group, and what the one adds to the other: $gain extents (LVM's own metadata takes the first MiB).
look() {
	if [ -z "$disk" ]; then
		say nothing-chosen
		return 1
	fi
	look_group || return 1
	look_disk "$disk" || { say no-disk "$disk"; return 1; }
	gain=$(((size - 1048576) / extent))
}

tools() {
	for tool in lsblk findmnt blkid wipefs lvs vgs pvs pvcreate vgextend vgreduce pvremove vgcfgbackup awk readlink; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
}

choices() {
	case $1 in
	disk)
		tw_disk_names | while read -r _ name; do
			case $name in lvm-* | *-part[0-9] | *-part[0-9][0-9]) continue ;; esac
			if ! look_disk "$name" || [ "$type" != disk ]; then continue; fi
			found "$device" "$kernel" || choice "$name" "$(human "$size") $model $serial ($kernel$([ "$rota" != 1 ] || echo ', turns'))" 0
		done
		;;
	group)
		choice root "/" 1
		vgs --noheadings -o vg_name 2>/dev/null | while read -r name; do choice "$name" "$name" 0; done
		;;
	esac
}

# Nothing has the disk, nothing is on it, and the group can take it.
fit() {
	if [ "$type" != disk ]; then
		say not-whole "$disk" "$type"
		return 1
	elif [ "$ro" = 1 ]; then
		say read-only "$disk"
		return 1
	fi
	if found "$device" "$kernel"; then
		case $what in
		parts) say has-parts "$disk" "$kernel" "$how" ;;
		mounted) say mounted "$disk" "$kernel" "$how" ;;
		swap) say swap "$disk" "$kernel" ;;
		held) say held "$disk" "$kernel" "$how" ;;
		unread) say unread "$disk" "$kernel" "$how" ;;
		*) say signature "$disk" "$kernel" "$how" ;;
		esac
		return 1
	fi
	if [ "$size" -lt "$(tw_bytes "$least")" ] || [ "$gain" -lt 1 ]; then
		say too-small "$disk" "$(tw_gib "$size")" "$least"
		return 1
	fi
	# LVM refuses a group of disks whose sectors differ, after pvcreate has written to the disk.
	for one in $(pvs --noheadings -o pv_name,vg_name 2>/dev/null | awk -v vg="$vg" '$2 == vg { print $1 }'); do
		other=$(lsblk -dnr -o LOG-SEC "$root$one" 2>/dev/null | head -n 1)
		if tw_number "$other" && [ "$other" != "$sector" ]; then
			say sectors "$disk" "$sector" "$one" "$other"
			return 1
		fi
	done
}

preflight() {
	tools && look || return 1
	[ "$(group_of "$device")" != "$vg" ] || return 0
	fit || return 1
	# What no tool has a name for (plain encryption, a database's raw disk) is only bytes.
	if [ "$(dd if="$device" bs=1048576 count=4 2>/dev/null | tr -d '\000' | wc -c)" -gt 0 ]; then
		say not-blank "$disk"
	fi
	say fits "$disk" "$kernel" "$(tw_gib "$size")" "$vg"
}

check() {
	look || return 1
	[ "$(group_of "$device")" = "$vg" ] || return 1
	say already "$disk" "$vg" "$extents" "$free"
}

plan() {
	look && fit || return 1
	printf ' %s\n' "${by_id#"$root"}/$disk"
	printf ' = %s: %s, serial %s, %s bytes (%s), %s\n' "${device#"$root"}" "${model:--}" "${serial:--}" "$size" "$(tw_gib "$size")" \
		"$([ "$rota" = 1 ] && echo turns || echo 'does not turn')"
	printf -- '-%s: %s extents, %s free (%s)\n' "$vg" "$extents" "$free" "$(tw_gib $((free * extent)))"
	printf '+%s: %s + %s = %s extents, %s free (%s)\n\n' "$vg" "$extents" "$gain" $((extents + gain)) $((free + gain)) \
		"$(tw_gib $(((free + gain) * extent)))"
	printf '$ vgcfgbackup -f %s %s\n' "${keep#"$root"}/$vg-add-disk.vgcfg" "$vg"
	printf '$ pvcreate %s\n$ vgextend %s %s\n' "${device#"$root"}" "$vg" "${device#"$root"}"
	say erases "$disk" "$serial"
}

apply() {
	look && fit || return 1
	umask 077
	backup=$keep/$vg-add-disk.vgcfg
	if ! mkdir -p "$keep" || ! vgcfgbackup -f "$backup" "$vg" || ! [ -s "$backup" ]; then
		say no-backup "${backup#"$root"}"
		return 1
	fi
	printf '%s\n%s\n' "$vg" "$disk" >"$keep/add-disk.new" && mv "$keep/add-disk.new" "$keep/add-disk" || return 1
	sync
	# Without -y: where LVM would ask, it gets no answer and stops.
	pvcreate "$device" && vgextend "$vg" "$device"
}

# Looks at what LVM finds on the disk, not at what vgextend returned.
verify() {
	look || return 1
	now=$(group_of "$device")
	if [ "$now" != "$vg" ]; then
		say not-in "$disk" "$vg"
		return 1
	fi
	line=$(pvs --noheadings --nosuffix --units b --separator '|' -o pv_pe_count,pv_pe_alloc_count "$device" 2>/dev/null)
	IFS='|' read -r count _ <<-END
		${line#"${line%%[! ]*}"}
	END
	if ! tw_number "$count" || [ "$count" -lt "$gain" ]; then
		say too-few "$disk" "${count:-?}" "$gain"
		return 1
	fi
	fact phase.disk.added $((count * extent))
	say after "$vg" "$extents" "$free" "$(tw_gib $((free * extent)))"
	pvs
}

undo() {
	if [ ! -r "$keep/add-disk" ]; then
		say undo-no-record "${keep#"$root"}"
		return 1
	fi
	{
		read -r vg
		read -r was
	} <"$keep/add-disk"
	if ! look_disk "$was"; then
		say no-disk "$was"
		return 1
	fi
	if ! is_pv "$device"; then
		say undo-nothing "$was"
		return 0
	fi
	now=$(group_of "$device")
	if [ -n "$now" ] && [ "$now" != "$vg" ]; then
		say undo-other "$was" "$now"
		return 1
	fi
	used=$(pvs --noheadings -o pv_pe_alloc_count "$device" 2>/dev/null | tr -d ' ')
	if ! tw_number "$used" || [ "$used" -gt 0 ]; then
		say undo-used "$was" "${used:-?}"
		return 1
	fi
	if [ -n "$now" ]; then
		vgreduce "$vg" "$device" || return 1
	fi
	pvremove "$device" || return 1
	if is_pv "$device"; then
		say undo-failed "$was"
		return 1
	fi
	say undone "$was" "$vg"
}
