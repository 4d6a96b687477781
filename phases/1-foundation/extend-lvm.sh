# shellcheck shell=sh
# shellcheck disable=SC2154 # root is the console's; to is this step's parameter
# extend-lvm: the root volume and its filesystem grow, online, to an absolute size.
#
# Absolute (150G), not by an amount (+50G): whoever runs it, and however often, the volume ends at the same size.
# Which volume that is comes from what is mounted on "$root"/; no name is taken for granted.

keep=$root/var/backups/twistertui
slack=134217728 # bytes, one block group: resize2fs leaves out a last group that is too small to be of use

number() {
	case $1 in
	'' | *[!0-9]*) return 1 ;;
	esac
}

# gib BYTES: "100.00 GiB"
gib() {
	awk -v b="$1" 'BEGIN { printf "%.2f GiB", b / 1073741824 }'
}

# What df says of "$root"/: bytes in $df_size $df_used $df_free, and as people read them in $df_words.
look_df() {
	df_size='' df_used='' df_free=''
	# shellcheck disable=SC2046 # three numbers
	set -- $(df -P -B1 "$root"/ | awk 'NR > 1 && $2 ~ /^[0-9]+$/ { print $2, $3, $4 }')
	[ $# = 3 ] || return 1
	df_size=$1 df_used=$2 df_free=$3
	df_words="$(human "$df_size") $(human "$df_used") $(human "$df_free") $(percent "$df_used" "$df_free")"
}

percent() {
	awk -v u="$1" -v f="$2" 'BEGIN { p = 100 * u / (u + f); q = int(p); print (p > q ? q + 1 : q) "%" }'
}

# The filesystem's own size, from its superblock: $fs_blocks of $fs_block bytes, $fs_bytes; what would stop it from
# growing is said.
look_fs() {
	fs_blocks='' fs_block=''
	case $fs_type in
	ext4)
		info=$(dumpe2fs -h "$fs_source" 2>/dev/null)
		fs_blocks=$(printf '%s\n' "$info" | sed -n 's/^Block count:[[:space:]]*//p')
		fs_block=$(printf '%s\n' "$info" | sed -n 's/^Block size:[[:space:]]*//p')
		;;
	xfs)
		info=$(xfs_info "$root"/ 2>/dev/null)
		fs_block=$(printf '%s\n' "$info" | sed -n 's/^data .*bsize=\([0-9]*\) .*/\1/p')
		fs_blocks=$(printf '%s\n' "$info" | sed -n 's/^data .* blocks=\([0-9]*\),.*/\1/p')
		;;
	*)
		say other-filesystem "$fs_source" "$fs_type"
		return 1
		;;
	esac
	if ! number "$fs_blocks" || ! number "$fs_block"; then
		say filesystem-unread "$fs_source" "$fs_type"
		return 1
	fi
	fs_bytes=$((fs_blocks * fs_block))
}

# The mounted source, its volume and its volume group.
look_lvm() {
	fs_source='' fs_type='' fs_options=''
	read -r fs_source fs_type fs_options <<-END
		$(findmnt -rn -o SOURCE,FSTYPE,OPTIONS "$root"/ | tail -n 1)
	END
	if ! line=$(lvs --noheadings --nosuffix --units b --separator '|' \
		-o vg_name,lv_name,lv_attr,lv_size "$fs_source" 2>/dev/null); then
		say not-lvm "${fs_source:-?}"
		return 1
	fi
	IFS='|' read -r vg lv lv_attr lv_bytes <<-END
		${line#"${line%%[! ]*}"}
	END
	for name in "$vg" "$lv"; do
		case $name in
		'' | . | .. | -* | *[!A-Za-z0-9+_.-]*)
			say odd-name "$vg/$lv"
			return 1
			;;
		esac
	done
	line=$(vgs --noheadings --nosuffix --units b --separator '|' \
		-o vg_attr,vg_extent_size,vg_free_count "$vg" 2>/dev/null)
	IFS='|' read -r vg_attr extent vg_free <<-END
		${line#"${line%%[! ]*}"}
	END
	if ! number "$lv_bytes" || ! number "$extent" || ! number "$vg_free" || [ "$extent" -eq 0 ]; then
		say lvm-unread "$vg/$lv"
		return 1
	fi
}

# Everything the step goes by: extents now ($now), wanted ($want), to be added ($add, 0 when there are enough).
look() {
	look_lvm && look_fs || return 1
	case $to in
	*[!0-9.MGT]* | [!0-9]* | '') say odd-size "$to"; return 1 ;;
	esac
	now=$((lv_bytes / extent))
	want=$(awk -v s="$to" -v e="$extent" 'BEGIN {
		unit = substr(s, length(s))
		n = (s + 0) * (unit == "T" ? 1099511627776 : unit == "G" ? 1073741824 : unit == "M" ? 1048576 : 1) / e
		printf "%.0f", (n > int(n) ? int(n) + 1 : n)
	}')
	number "$want" || return 1
	add=$((want > now ? want - now : 0))
	full=yes
	[ $((fs_bytes + slack)) -ge "$lv_bytes" ] || full=
}

# A tool that is missing is said; the others may still be asked for.
tools() {
	for tool in findmnt lvs vgs vgcfgbackup lvextend lvreduce df; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
}

grow_tool() {
	case $fs_type in
	ext4) tool=resize2fs ;;
	*) tool=xfs_growfs ;;
	esac
	command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
}

# What LVM and the filesystem would refuse, found before anything is changed.
growable() {
	case ,$fs_options, in
	*,ro,*) say read-only "$fs_source"; return 1 ;;
	esac
	case $lv_attr in
	-?????*) ;;
	o* | O* | s* | S*) say snapshot "$vg/$lv"; return 1 ;;
	*) say not-linear "$vg/$lv" "$lv_attr"; return 1 ;;
	esac
	case $lv_attr in
	?w??a*) ;;
	*) say not-writable "$vg/$lv" "$lv_attr"; return 1 ;;
	esac
	case $vg_attr in
	wz-?*) ;;
	*) say vg-closed "$vg" "$vg_attr"; return 1 ;;
	esac
	case $vg_attr in
	???p*) say vg-partial "$vg"; return 1 ;;
	esac
	[ "$fs_type" = ext4 ] || return 0
	printf '%s\n' "$info" | grep -q '^Filesystem features:.*\(resize_inode\|meta_bg\)' ||
		{ say no-resize-inode "$fs_source"; return 1; }
	! printf '%s\n' "$info" | grep -q '^Filesystem state:.*errors' ||
		{ say errors "$fs_source"; return 1; }
}

preflight() {
	tools && look && grow_tool || return 1
	# Already there: check says so, whatever else holds.
	if [ "$add" -eq 0 ] && [ -n "$full" ]; then
		return 0
	fi
	growable || return 1
	if [ "$add" -gt "$vg_free" ]; then
		say too-little "$vg_free" "$(gib $((vg_free * extent)))" "$add" "$(gib $((add * extent)))" \
			"$(gib $(((now + vg_free) * extent)))"
		return 1
	fi
	say fits "$vg" "$vg_free" "$(gib $((vg_free * extent)))" "$add"
}

check() {
	look || return 1
	[ "$add" -eq 0 ] && [ -n "$full" ] || return 1
	look_df || return 1
	# shellcheck disable=SC2086 # four words
	say already "$vg/$lv" "$(gib "$lv_bytes")" "$to" $df_words
}

# Only figures that stand still: what df counts as used changes by the second, and would make another plan of it.
plan() {
	look && look_df || return 1
	bytes=$(((now + add) * extent))
	blocks=$((bytes / fs_block))
	printf ' %s on /, %s\n' "$fs_source" "$fs_type"
	if [ "$add" -gt 0 ]; then
		printf -- '-%s/%s: %s extents x %s = %s bytes (%s)\n' "$vg" "$lv" "$now" "$extent" "$lv_bytes" \
			"$(gib "$lv_bytes")"
		printf '+%s/%s: %s + %s = %s extents x %s = %s bytes (%s)\n' "$vg" "$lv" "$now" "$add" \
			$((now + add)) "$extent" "$bytes" "$(gib "$bytes")"
		printf -- '-%s free: %s extents (%s)\n' "$vg" "$vg_free" "$(gib $((vg_free * extent)))"
		printf '+%s free: %s - %s = %s extents (%s)\n' "$vg" "$vg_free" "$add" $((vg_free - add)) \
			"$(gib $(((vg_free - add) * extent)))"
	fi
	printf -- '-%s: %s blocks x %s = %s bytes\n' "$fs_type" "$fs_blocks" "$fs_block" "$fs_bytes"
	printf '+%s: %s blocks x %s = %s bytes\n\n' "$fs_type" "$blocks" "$fs_block" $((blocks * fs_block))
	if [ "$add" -gt 0 ]; then
		printf '$ vgcfgbackup -f %s %s\n' "${keep#"$root"}/$vg-$lv-$now.vgcfg" "$vg"
		printf '$ lvextend -r -l %s %s/%s\n' "$want" "$vg" "$lv"
	elif [ "$fs_type" = ext4 ]; then
		printf '$ resize2fs %s\n' "$fs_source"
	else
		printf '$ xfs_growfs /\n'
	fi
	# Of what is added ext4 takes a part for inodes, as it does of each group; what df holds back stays the same part.
	share=$(printf '%s\n' "${info-}" | awk -F ':[ \t]*' -v block="$fs_block" '
		{ is[$1] = $2 + 0 }
		END {
			group = is["Blocks per group"] * block
			printf "%.6f", (group > 0 ? is["Inodes per group"] * is["Inode size"] / group : 0)
		}')
	then_size=$(awk -v d="$df_size" -v b="$bytes" -v f="$fs_bytes" -v s="$share" \
		'BEGIN { printf "%.0f", d + (b - f) * (1 - s) }')
	then_free=$(awk -v u="$df_used" -v a="$df_free" -v d="$df_size" -v t="$then_size" \
		'BEGIN { printf "%.0f", (u + a) / d * t - u }')
	# shellcheck disable=SC2086 # four words
	say before $df_words
	say about "$(human "$then_size")" "$(human "$df_used")" "$(human "$then_free")" \
		"$(percent "$df_used" "$then_free")"
}

grow_fs() {
	case $fs_type in
	ext4) resize2fs "$fs_source" ;;
	*) xfs_growfs "$root"/ ;;
	esac
}

apply() {
	look && look_df || return 1
	# shellcheck disable=SC2086 # four words
	say before $df_words
	if [ "$add" -eq 0 ]; then
		grow_fs
		return
	fi
	umask 077
	backup=$keep/$vg-$lv-$now.vgcfg
	if ! mkdir -p "$keep" || ! vgcfgbackup -f "$backup" "$vg" || ! [ -s "$backup" ]; then
		say no-backup "${backup#"$root"}"
		return 1
	fi
	# What undo goes by: without it nothing is begun.
	printf '%s\n%s\n%s\n' "$vg" "$lv" "$now" >"$keep/extend-lvm.new" &&
		mv "$keep/extend-lvm.new" "$keep/extend-lvm" || return 1
	sync
	lvextend -r -l "$want" "$vg/$lv"
}

# Looks at the volume, the filesystem's own superblock, and df; not at what lvextend returned.
verify() {
	look && look_df || return 1
	if [ "$add" -gt 0 ]; then
		say still-short "$vg/$lv" "$now" "$want"
		return 1
	fi
	if [ -z "$full" ]; then
		say not-grown "$fs_type" "$(gib "$fs_bytes")" "$(gib "$lv_bytes")"
		return 1
	fi
	if [ "$df_size" -lt $((fs_bytes * 7 / 8)) ]; then
		say df-disagrees "$(human "$df_size")" "$(gib "$fs_bytes")"
		return 1
	fi
	# shellcheck disable=SC2086 # four words
	say after $df_words
	printf '%s/%s: %s extents, %s; %s: %s blocks x %s\n' "$vg" "$lv" "$now" "$(gib "$lv_bytes")" \
		"$fs_type" "$fs_blocks" "$fs_block"
}

# A volume whose filesystem did not grow can give its new extents back; one that did cannot, while it is mounted.
undo() {
	look || return 1
	if [ ! -r "$keep/extend-lvm" ]; then
		say undo-no-record "${keep#"$root"}"
		return 1
	fi
	{
		read -r old_vg
		read -r old_lv
		read -r old
	} <"$keep/extend-lvm"
	if [ "$old_vg/$old_lv" != "$vg/$lv" ] || ! number "$old" || [ "$old" -eq 0 ]; then
		say undo-no-record "${keep#"$root"}"
		return 1
	fi
	if [ "$now" -le "$old" ]; then
		say undo-nothing "$vg/$lv" "$now"
		return 0
	fi
	if [ "$fs_bytes" -gt $((old * extent)) ]; then
		say undo-grown "$fs_type" "$(gib "$fs_bytes")" "$(gib $((old * extent)))"
		return 1
	fi
	printf '%s: %s x %s = %s bytes, not more than %s extents x %s = %s\n' "$fs_type" "$fs_blocks" "$fs_block" \
		"$fs_bytes" "$old" "$extent" $((old * extent))
	lvreduce -y -l "$old" "$vg/$lv"
	look || return 1
	if [ "$now" -ne "$old" ]; then
		say undo-failed "$vg/$lv" "$now" "$old"
		return 1
	fi
	say undone "$vg/$lv" "$now"
}
