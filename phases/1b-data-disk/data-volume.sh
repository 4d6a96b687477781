# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; on, size, name, type, at: this step's parameters
# data-volume: a new volume on one disk of a volume group, with a file system of its own, mounted at boot.
#
# The disk is named as add-disk names it. Only free extents are written to. The file system's UUID is made up beforehand from
# what the volume group is now, so that every command and the line in fstab can be shown as they will be; it is the volume's
# tag in LVM, too: by that a run that was cut short knows which volume is its own.

keep=$root/var/backups/twistertui
by_id=$root/dev/disk/by-id
fstab=$root/etc/fstab
record=$keep/data-volume # lines: group, volume, where, type, UUID, whether the folder is ours, the volume's own UUID, how far: made, mounted
saved=$keep/fstab.before-volume

# DEVICE|GROUP|ATTRIBUTES|FREE|BYTES of each physical volume: how many extents are free, and what one of them has.
physical() {
	pvs --noheadings --nosuffix --units b --separator '|' -o pv_name,vg_name,pv_attr,pv_pe_count,pv_pe_alloc_count,vg_extent_size \
		2>/dev/null | sed 's/^ *//' | awk -F '|' -v OFS='|' '$4 $5 $6 ~ /^[0-9]+$/ { print $1, $2, $3, $4 - $5, $6 }'
}

# The chosen one: $pv as LVM calls it, $pv_attr $pv_free, its group $vg with $vg_attr $extent $vg_uuid $seqno.
look_pv() {
	case $on in
	'') say nothing-chosen; return 1 ;;
	esac
	tw_disk_named "$on" || { say no-disk "$on"; return 1; }
	pv='' vg=''
	while IFS='|' read -r one group attr left bytes; do
		[ "$(readlink -f "$root$one")" = "$(readlink -f "$tw_device")" ] || continue
		pv=$one vg=$group pv_attr=$attr pv_free=$left extent=$bytes
	done <<-END
		$(physical)
	END
	case $vg in
	'' | . | .. | -* | *[!A-Za-z0-9+_.-]*) say not-in-group "$on" "$tw_kernel"; return 1 ;;
	esac
	IFS='|' read -r vg_attr vg_uuid seqno <<-END
		$(vgs --noheadings --separator '|' -o vg_attr,vg_uuid,vg_seqno "$vg" 2>/dev/null | tr -d ' ')
	END
	if ! tw_number "$seqno" || [ "$extent" -eq 0 ]; then
		say unread "$vg"
		return 1
	fi
}

# The volume of that name: $lv_uuid (empty: there is none) $lv_bytes $lv_tags, its devices $dm and $node; $lv_here extents on $pv.
look_lv() {
	lv_uuid='' lv_bytes=0 lv_tags='' dm='' lv_here=0
	node=$root/dev/$vg/$name
	IFS='|' read -r _ lv_uuid lv_bytes lv_tags dm <<-END
		$(lvs --noheadings --nosuffix --units b --separator '|' -o lv_name,lv_uuid,lv_size,lv_tags,lv_dm_path "$vg" 2>/dev/null |
			sed 's/^ *//' | awk -F '|' -v name="$name" '$1 == name')
	END
	tw_number "$lv_bytes" || return 0
	lv_here=$(lvs --noheadings --separator '|' -o segtype,seg_size_pe,devices "$vg/$name" 2>/dev/null |
		awk -F '|' -v pv="${pv-}(" '{ gsub(/ /, "") } $1 == "linear" && index($3, pv) == 1 { n += $2 } END { printf "%d", n }')
}

# is_ours: it is the one that the record is about. An earlier run wrote that, before it began.
is_ours() {
	was_vg='' was_name='' was_at='' was_type='' was_uuid='' was_folder='' was_lv='' was_made=''
	[ -r "$record" ] || return 1
	{
		read -r was_vg && read -r was_name && read -r was_at && read -r was_type && read -r was_uuid && read -r was_folder &&
			read -r was_lv && read -r was_made
	} <"$record"
	[ -n "$lv_uuid" ] && [ "$was_vg/$was_name" = "$vg/$name" ] && [ "${was_lv:-$lv_uuid}" = "$lv_uuid" ] || return 1
	case ,$lv_tags, in
	*",twistertui-$was_uuid,"*) ;;
	*) return 1 ;;
	esac
}

# keep_record FOLDER LV HOW-FAR
keep_record() {
	printf '%s\n' "$vg" "$name" "$at" "$type" "$uuid" "$1" "$2" "$3" >"$record.new" && sync && mv "$record.new" "$record" && sync
}

# Without a time limit of its own: a slow controller, or a slow boot, may need more than a short one.
line() { printf 'UUID=%s %s %s defaults,nofail 0 %s\n' "$uuid" "$at" "$type" "$([ "$type" = xfs ] && echo 0 || echo 2)"; }

# Everything the step goes by: $want extents, the $uuid that the file system has or gets, $ours, and whether it is $made.
look() {
	case $at in
	*[!A-Za-z0-9._/-]* | *//* | */../* | */./* | */.. | */. | */ | [!/]* | '') say odd-place "$at"; return 1 ;;
	esac
	case ${at#/}/ in
	proc/* | sys/* | dev/* | run/* | tmp/* | boot/* | etc/* | usr/* | bin/* | sbin/* | lib*/* | var/lib/docker[/.]*)
		say no-place "$at"
		return 1
		;;
	esac
	# Names that LVM keeps to itself.
	case $name in
	'' | [!A-Za-z0-9_]* | *[!A-Za-z0-9+_.-]* | snapshot* | pvmove* | *_[ctv]data* | *_[crti]meta* | *_*orig* | *_cpool* | *_cvol* | \
		*_[mr]image* | *_mlog* | *_pmspare*) say odd-name "$name"; return 1 ;;
	esac
	case $type in ext4 | xfs) ;; *) say odd-type "$type"; return 1 ;; esac
	look_pv || return 1
	look_lv
	ours='' made=''
	if is_ours; then
		ours=yes uuid=$was_uuid made=$was_made
	else
		uuid=$(printf '%s\n' "$vg_uuid" "$seqno" "$name" "$at" | sha256sum |
			sed 's/^\(.\{8\}\)\(.\{4\}\).\(.\{3\}\).\(.\{3\}\)\(.\{12\}\).*/\1-\2-4\3-8\4-\5/')
	fi
	case $size in
	all) want=$((pv_free + lv_here)) ;;
	[1-9]*[MGT])
		want=$(awk -v b="$(tw_bytes "$size")" -v e="$extent" 'BEGIN { n = b / e; printf "%.0f", (n > int(n) ? int(n) + 1 : n) }')
		;;
	*) say odd-size "$size"; return 1 ;;
	esac
}

# quietly FUNCTION: what it would say is not said.
# shellcheck disable=SC2317 # say is what FUNCTION calls
quietly() (
	say() { :; }
	"$1"
)

# It is all there: the extents on that disk, the file system, the line in fstab, the mount. What is not is said.
as_asked() {
	[ -n "$lv_uuid" ] || { say no-volume "$vg/$name"; return 1; }
	if [ "$lv_bytes" != $((want * extent)) ] || [ "$lv_here" -ne "$want" ]; then
		say other-extents "$vg/$name" $((lv_bytes / extent)) "$lv_here" "$pv" "$want"
		return 1
	fi
	now=$(blkid -p -o value -s TYPE "$node" 2>/dev/null) id=$(blkid -p -o value -s UUID "$node" 2>/dev/null)
	[ "$now,${id:+there}" = "$type,there" ] || { say other-fs "$vg/$name" "${now:--}" "$type"; return 1; }
	if [ "$(awk -v id="UUID=$id" -v at="$at" '$1 == id && $2 == at { n++ } END { print n + 0 }' "$fstab")" != 1 ]; then
		say not-at-boot "$at" "$id"
		return 1
	fi
	source='' options=''
	read -r source now options <<-END
		$(findmnt -rn -o SOURCE,FSTYPE,OPTIONS -M "$root$at" 2>/dev/null | tail -n 1)
	END
	if [ "$source" != "$dm" ] || [ "$now" != "$type" ]; then
		say not-mounted "$vg/$name" "$at" "${source:--}"
		return 1
	fi
	case ,$options, in
	*,ro,* | *,noexec,* | *,nosuid,* | *,nodev,*) say bad-options "$at" "$options"; return 1 ;;
	esac
}

# on_it: what is mounted on $at; inside: the first things in it.
on_it() { findmnt -rn -o SOURCE -M "$root$at" 2>/dev/null | tail -n 1; }
inside() { find "$root$at"/. ! -name . -prune ! -name lost+found 2>/dev/null | sed 's|.*/||' | head -n 3 | tr '\n' ' ' | sed 's/ $//'; }

# The folder: not there, or empty and nobody's; no link on the way to it, or systemd would mount elsewhere than it says.
fit_place() {
	up=$(readlink -f "$root$at") top=$(readlink -f "$root"/)
	if [ ! -d "$root${at%/*}/" ] || [ "$up" != "${top%/}$at" ]; then
		say no-way "$at" "${at%/*}/"
	elif [ -e "$root$at" ] && [ ! -d "$root$at" ]; then
		say not-a-folder "$at"
	elif [ -n "$(on_it)" ]; then
		say mounted-there "$at" "$(on_it)"
	elif [ -n "$(inside)" ]; then
		say not-empty "$at" "$(inside)"
	elif [ ! -f "$fstab" ] || [ ! -r "$fstab" ]; then
		say no-fstab
	elif ! grep -qxF -e "$(line)" "$fstab" && tw_fstab_names "$at"; then
		say in-fstab "$at"
	else
		return 0
	fi
	return 1
}

fit() {
	case $vg_attr,$pv_attr in
	wz-p*) say vg-partial "$vg"; return 1 ;;
	wz-?*,a--) ;;
	*) say vg-closed "$vg" "$vg_attr" "$pv" "$pv_attr"; return 1 ;;
	esac
	if [ -n "$lv_uuid" ] && [ -z "$ours" ]; then
		say name-taken "$vg/$name"
	elif [ -n "$ours" ] && { [ "$lv_here" != "$want" ] || [ "$was_at $was_type" != "$at $type" ]; }; then
		say unfinished "$vg/$name" "$was_type" "$was_at" "$(tw_gib "$lv_bytes")" "$lv_here" "$pv"
	elif [ -n "$ours" ] && findmnt -rn -S "$dm" >/dev/null 2>&1; then
		say mounted-there "$dm" "$(findmnt -rn -o TARGET -S "$dm" | head -n 1)"
	elif [ "$want" -gt $((pv_free + lv_here)) ]; then
		say too-little "$on" "$pv_free" "$(tw_gib $((pv_free * extent)))" "$want" "$(tw_gib $((want * extent)))"
	elif [ $((want * extent)) -lt 1073741824 ]; then
		say too-small "$(tw_gib $((want * extent)))"
	else
		fit_place
		return
	fi
	return 1
}

tools() {
	for tool in pvs vgs lvs lvcreate lvremove vgcfgbackup lsblk blkid wipefs findmnt mount umount systemctl df dd diff readlink sha256sum awk \
		"mkfs.$type"; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
}

# Of the kernel's names that / is on, through whatever layers.
under_root() { lsblk -nrs -o KNAME "$(findmnt -rn -o SOURCE "$root"/ | tail -n 1)" 2>/dev/null; }

# Those that do not hold / first: one that was just added is the first of all.
choices() {
	case $1 in
	type)
		choice ext4 ext4 1
		! command -v mkfs.xfs >/dev/null 2>&1 || choice xfs xfs 0
		;;
	on)
		below=$(under_root) names=$(tw_disk_names)
		physical | while IFS='|' read -r one group attr left bytes; do
			real=$(readlink -f "$root$one")
			by=$(printf '%s\n' "$names" | awk -v real="$real" '$1 == real { print $2; exit }')
			case $by:$group:$attr:$left in :* | *::* | *:*:*m*:* | *:0) continue ;; esac
			printf '%s\n' "$below" | grep -qxF -e "${real##*/}"
			printf '%s|%s|%s|%s|%s\n' $((1 - $?)) "$((left * bytes))" "$by" "$group" "${real##*/}"
		done | sort -t '|' -k 1,1 -k 2,2nr | {
			first=1
			while IFS='|' read -r rank free by group kernel; do
				tw_disk "$root/dev/$kernel"
				[ -z "$tw_parent" ] || tw_disk "$root/dev/$tw_parent"
				choice "$by" "$((free / 1073741824))G free ($kernel, $group$([ "$rank" = 0 ] || echo ', holds /')): $tw_model $tw_serial" $first
				first=0
			done
		}
		;;
	esac
}

preflight() {
	tools && look || return 1
	! quietly as_asked || return 0
	fit || return 1
	[ -z "$ours" ] || say goes-on "$vg/$name"
	say fits "$want" "$(tw_gib $((want * extent)))" "$on" "$(tw_gib $(((pv_free + lv_here - want) * extent)))"
	say only-free
	! under_root | grep -qxF -e "$tw_kernel" || say same-disk "$on"
}

check() {
	look && quietly as_asked || return 1
	say already "$vg/$name" "$(tw_gib "$lv_bytes")" "$type" "$at"
}

show() {
	words=$*
	while [ -n "$root" ] && [ "${words#*"$root"/}" != "$words" ]; do
		words=${words%%"$root"/*}/${words#*"$root"/}
	done
	printf '$ %s\n' "$words"
}

run() { "$@"; }

# The commands, shown or run. A volume of ours without a whole file system has been cut short in the making of it.
make_volume() { "$1" lvcreate -Wy -Zy --yes -l "$want" -n "$name" --addtag "twistertui-$uuid" "$vg" "$pv"; }
make_fs() {
	[ -z "$ours" ] || "$1" wipefs -q -a "$node" || return 1
	case $type in
	ext4) "$1" mkfs.ext4 -q -m 0 -U "$uuid" "$node" ;;
	*) "$1" mkfs.xfs -q -n ftype=1 -m "uuid=$uuid" "$node" ;;
	esac
}

plan() {
	look && fit || return 1
	printf ' %s\n = %s in %s, extents of %s bytes\n' "${by_id#"$root"}/$on" "$pv" "$vg" "$extent"
	if [ -z "$ours" ]; then
		printf '+%s/%s: %s extents = %s bytes (%s)\n' "$vg" "$name" "$want" $((want * extent)) "$(tw_gib $((want * extent)))"
		printf -- '-%s: %s extents free (%s)\n+%s: %s - %s = %s extents free (%s)\n\n' "$pv" "$pv_free" "$(tw_gib $((pv_free * extent)))" \
			"$pv" "$pv_free" "$want" $((pv_free - want)) "$(tw_gib $(((pv_free - want) * extent)))"
		show vgcfgbackup -f "$keep/$vg-data-volume.vgcfg" "$vg"
		make_volume show
	else
		printf ' %s/%s: %s extents, from before\n\n' "$vg" "$name" "$lv_here"
	fi
	[ -n "$made" ] || make_fs show
	[ -d "$root$at" ] || show mkdir -m 755 "$root$at"
	grep -qxF -e "$(line)" "$fstab" || { echo && tw_fstab_with "$(line)" | tw_diff "$fstab"; echo; }
	show systemctl daemon-reload
	show mount "$root$at"
}

apply() {
	look && fit || return 1
	folder=ours
	[ ! -d "$root$at" ] || folder=there
	[ -z "$ours" ] || folder=$was_folder
	(
		umask 077
		mkdir -p "$keep" || exit
		if [ -z "$ours" ]; then
			vgcfgbackup -f "$keep/$vg-data-volume.vgcfg" "$vg" && [ -s "$keep/$vg-data-volume.vgcfg" ] && cp -p "$fstab" "$saved" || exit
		fi
		keep_record "$folder" "$lv_uuid" "$made"
	) || { say no-record "${keep#"$root"}"; return 1; }
	if [ -z "$ours" ]; then
		make_volume run
		made=$?
		look_lv
		if [ "$made" -ne 0 ] || ! is_ours; then
			[ -n "$lv_uuid" ] || rm -f "$record"
			return 1
		fi
		made=
		keep_record "$folder" "$lv_uuid" '' || return 1
	fi
	if [ -z "$made" ]; then
		make_fs run && sync && keep_record "$folder" "$lv_uuid" made || return 1
	fi
	[ -d "$root$at" ] || mkdir -m 755 "$root$at" || return 1
	grep -qxF -e "$(line)" "$fstab" || tw_fstab_with "$(line)" | tw_replace "$fstab" || return 1
	sync
	systemctl daemon-reload && mount "$root$at" || return 1
	[ "$(on_it)" != "$dm" ] || keep_record "$folder" "$lv_uuid" mounted
}

# Looks at LVM, the device, fstab, the mount and what can be done there; not at what any command returned.
verify() {
	look && as_asked || return 1
	test=$root$at/.twistertui-test
	printf '%s\n' "$id" | dd of="$test" conv=fsync 2>/dev/null && [ "$(cat "$test")" = "$id" ]
	wrote=$?
	rm -f "$test"
	if [ "$wrote" -ne 0 ] || [ -e "$test" ]; then
		say not-writable "$at"
		return 1
	fi
	wrong=$(findmnt --verify --tab-file "$fstab" 2>&1 | awk -v at="$at" '!/^[ \t]/ { here = $0 == at } here && /^ *\[E\]/ { print; exit }')
	if [ -n "$wrong" ]; then
		say bad-line "$at" "$wrong"
		return 1
	fi
	# systemd takes a path for the unit of its mount.
	case $(systemctl show "$at" -p ActiveState -p SourcePath 2>/dev/null) in
	*ActiveState=active*"SourcePath=${fstab#"$root"}"* | *"SourcePath=${fstab#"$root"}"*ActiveState=active*) ;;
	*) say not-known "$at"; return 1 ;;
	esac
	fact phase.volume.size "$lv_bytes"
	say after "$vg/$name" "$at" "$(human "$(df -P -B1 "$root$at" | awk 'NR > 1 { n = $4 } END { printf "%.0f", n }')")" \
		"$(tw_gib $((pv_free * extent)))" "$on"
	df -h "$root$at"
}

# unused: nothing has it mounted but $at, and nothing is in it. One that is not mounted is mounted to be looked into; one that can't
# be, and never was, is empty.
unused() {
	others=$(findmnt -rn -o TARGET -S "$dm" 2>/dev/null | grep -vxF -e "$at" | head -n 1)
	[ -z "$others" ] || { say undo-used "$vg/$name" "$others"; return 1; }
	source=$(on_it)
	if [ -z "$source" ]; then
		mkdir -p "$root$at" && mount "$node" "$root$at"
	fi
	if [ "$(on_it)" != "$dm" ]; then
		id=$(blkid -p -o value -s UUID "$node" 2>/dev/null)
		[ "$was_made" = mounted ] || [ "${id:-$uuid}" != "$uuid" ] || return 0
		say undo-unread "$vg/$name"
		return 1
	fi
	if [ -n "$(inside)" ]; then
		say undo-holds "$at" "$(inside)"
		[ -n "$source" ] || umount "$root$at"
		return 1
	fi
	umount "$root$at" || { say undo-busy "$at"; return 1; }
}

undo() {
	if [ ! -r "$record" ]; then
		say undo-no-record "${keep#"$root"}"
		return 1
	fi
	{ read -r vg && read -r name && read -r at && read -r type && read -r uuid; } <"$record"
	look_lv
	ours=
	if is_ours; then
		ours=$lv_uuid
		unused || return 1
	fi
	tw_fstab_drop "$(line)" "$saved" || return 1
	sync
	systemctl daemon-reload
	if [ -n "$ours" ]; then
		look_lv
		[ "$lv_uuid" = "$ours" ] && lvremove -y "$vg/$name" || return 1
		look_lv
		[ -z "$lv_uuid" ] || { say undo-failed "$vg/$name"; return 1; }
	elif [ -n "$lv_uuid" ]; then
		say undo-not-ours "$vg/$name"
	fi
	[ "$was_folder" != ours ] || [ ! -d "$root$at" ] || rmdir "$root$at"
	rm -f "$record"
	say undone "$vg" "$(vgs --noheadings -o vg_free_count "$vg" 2>/dev/null | tr -d ' ')"
}
