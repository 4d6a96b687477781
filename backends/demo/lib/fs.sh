# fs.sh: the mounted filesystems and what is in them, for df, lsblk and findmnt. Sourced after demo.sh.
# shellcheck shell=sh disable=SC2154 # s_… come from the state

# root_used: sets $root_used to the bytes used on /: what the state says plus every file of this world.
root_used() {
	files=$(find "$root" \( -path "$root/demo" -o -path "$root/proc" -o -path "$root/dev" -o -path "$root/twisterlab" \
		-o -path "$root/run" \) -prune -o -type f -printf '%s\n' 2>/dev/null | awk '{ n += $1 } END { printf "%.0f", n }')
	root_used=$(((s_base_used + files + 4095) / 4096 * 4096))
	[ "$root_used" -le "$root_size" ] || root_used=$root_size
}

# data_used DISK: sets $data_used to the bytes of what was put on it since it was made.
data_used() {
	data_used=0
	set -- "$root/twisterlab/$1"/*
	[ ! -e "$1" ] || data_used=$(find "$@" -type f -printf '%s\n' 2>/dev/null | awk '{ n += $1 } END { printf "%.0f", int((n + 4095) / 4096) * 4096 }')
}

# root_size: sets $root_size to the bytes that an ext4 of that many blocks offers.
root_size() {
	root_size=$((s_fs_blocks * 4096 - s_fs_blocks / 4 * 256 - 536870912 - s_fs_blocks * 26828125 / 10000000))
}

# mounts: one line each: source, type, bytes, used, inodes, inodes used, target.
mounts() {
	root_size
	root_used
	data_used ai-storage
	used_a=$((s_sda_used + data_used))
	data_used data-warehouse
	used_c=$((s_sdc_used + data_used))
	data_a=$((s_sda - s_sda / 64 - 536870912))
	data_c=$((s_sdc - s_sdc / 64 - 536870912))
	mem=$((s_mem * 1024))
	second=
	if [ -n "$s_lv2_at" ]; then
		bytes_2=$((s_lv2_extents * 4194304))
		used_2=$(find "$demo/lv2" -type f -printf '%s\n' 2>/dev/null | awk '{ n += $1 } END { printf "%.0f", int((n + 4095) / 4096) * 4096 + 28672 }')
		if [ "$s_lv2_type" = xfs ]; then data_2=$((bytes_2 - bytes_2 / 200)); else data_2=$((bytes_2 - bytes_2 / 64 - (bytes_2 < 34359738368 ? bytes_2 / 64 : 536870912))); fi
		second="/dev/mapper/ubuntu--vg-$(printf %s "$s_lv2" | sed 's/-/--/g') $s_lv2_type $data_2 $used_2 $((bytes_2 / 16384)) 11 $s_lv2_at
"
	fi
	cat <<-END
	tmpfs tmpfs $((mem / 10)) 2879488 $((s_mem / 8)) 1214 /run
	/dev/mapper/ubuntu--vg-ubuntu--lv ext4 $root_size $root_used $((s_fs_blocks / 4)) $s_inodes_used /
	tmpfs tmpfs $((mem / 2)) 0 $((s_mem / 8)) 1 /dev/shm
	tmpfs tmpfs 5242880 0 $((s_mem / 8)) 4 /run/lock
	/dev/sdb2 ext4 2040373248 266350592 131072 318 /boot
	/dev/sdb1 vfat 1124999168 6401024 0 0 /boot/efi
	/dev/sda ext4 $data_a $used_a $((s_sda / 16384)) 48213 /twisterlab/ai-storage
	/dev/sdc ext4 $data_c $used_c $((s_sdc / 16384)) 20117 /twisterlab/data-warehouse
	${second}tmpfs tmpfs $((mem / 10)) 4096 $((s_mem / 40)) 23 /run/user/1000
	END
}

# binds: folders that are mounted elsewhere (tools/mount): as mounts().
binds() {
	[ -h "$root/var/lib/docker" ] || return 0
	plain "$(readlink "$root/var/lib/docker")"
	bound=$plain
	mounts | awk -v at="$bound" '$7 != "/" && index(at, $7 "/") == 1 {
		print $1 "[" substr(at, length($7) + 1) "]", $2, $3, $4, $5, $6, "/var/lib/docker" }'
}
