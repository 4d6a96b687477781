# shellcheck shell=sh
# shellcheck disable=SC2154 # root, tw_mark and what prelude.sh sets
# disks.sh: devices, mounts, inodes, rates, and what takes the space.

# tw_disks_logs: sizes of the logs, files and folders; and of a journal that is kept in memory.
tw_disks_logs() {
	set -- ./var/log
	[ ! -d "$root"/run/log/journal ] || set -- "$@" ./run/log/journal
	tw_disks_du=$(cd "$root"/ && tw_limit "$tw_disks_secs" du -axk -d 1 "$@")
	tw_disks_du_rc=$?
}

# tw_disks_space: the places that usually fill a server, the likeliest first. Slow on a spinning disk, so at the
# lowest priority, and briefly in the root shell, where steps wait: what was measured by then is shown.
tw_disks_space() {
	tw_disks_secs=20
	[ "${tw_kind:-user}" != root ] || tw_disks_secs=5
	set --
	for tw_place in var/lib/docker var/lib/rancher var/lib/containerd var/cache var/backups var/tmp \
		var/www tmp home opt srv root usr; do
		# A folder that we may not look into would be shown as empty.
		if [ -d "$root/$tw_place" ] && [ -r "$root/$tw_place" ] && [ -x "$root/$tw_place" ]; then
			set -- "$@" "./$tw_place"
		fi
	done
	tw_disks_places=
	tw_disks_places_rc=0
	[ $# != 0 ] || return 0
	if command -v nice >/dev/null 2>&1; then
		tw_disks_places=$(cd "$root"/ && tw_limit "$tw_disks_secs" nice -n 19 du -xsk "$@")
	else
		tw_disks_places=$(cd "$root"/ && tw_limit "$tw_disks_secs" du -xsk "$@")
	fi
	tw_disks_places_rc=$?
}

tw_disks_io() {
	tw_disks_io_before=${tw_disks_io_now:-}
	tw_line "$root"/proc/uptime
	tw_disks_io_now=${tw_line%% *}
	while read -r tw_line; do
		tw_disks_io_now="$tw_disks_io_now
$tw_line"
	done <"$root"/proc/diskstats
	tw_put io.before 0 "$tw_disks_io_before"
	tw_put io 0 "$tw_disks_io_now"
}

# tw_disks_alert: what Phase 0's hourly disk-alert found at its last look; there is a file only when it found something.
tw_disks_alert() {
	[ -f "$root"/run/disk-alert ] || return 0
	tw_disks_found=
	while IFS= read -r tw_line && [ "${#tw_disks_found}" -lt 2000 ]; do
		tw_disks_found="$tw_disks_found$tw_line
"
	done <"$root"/run/disk-alert
	tw_put alert 0 "$tw_disks_found"
}

tw_disks_print() {
	tw_clock
	tw_run lsblk 8 lsblk -J -b -o NAME,SIZE,TYPE,FSTYPE,MOUNTPOINTS,MODEL,ROTA
	case $tw_rc in
	0 | 124 | 127) ;;
	*) tw_run lsblk 8 lsblk -J -b -o NAME,SIZE,TYPE,FSTYPE,MOUNTPOINT,MODEL,ROTA ;; # before 2.37
	esac
	tw_run df 8 df -PT -B1
	[ "$tw_rc" != 124 ] || tw_run df 8 df -PT -B1 -l # a network mount does not answer
	tw_run inodes 8 df -Pi
	tw_run mounts 3 cat "$root"/proc/mounts
	tw_disks_io
	tw_disks_alert
	tw_disks_secs=4
	[ "${1:-}" != once ] || tw_disks_secs=10
	[ $((tw_disks_n % 4)) != 0 ] || tw_disks_logs
	[ $((tw_disks_n % 20)) != 1 ] || tw_disks_space
	tw_disks_n=$((tw_disks_n + 1))
	tw_put logs "$tw_disks_du_rc" "$tw_disks_du"
	[ "$tw_disks_n" = 1 ] || tw_put space "$tw_disks_places_rc" "$tw_disks_places"
}

tw_disks_n=0
collect_disks() {
	tw_disks_print "$@" </dev/null 2>/dev/null
}
