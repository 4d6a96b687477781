# shellcheck shell=sh
# read.sh: what a hand would read on the guest, as root. Prints "KEY<TAB>VALUE" by other ways than the collectors' where
# there are any: stat -f for df, sysfs and blkid for lsblk, the colon tables of LVM, find for du, docker's tables.
# KEY is the name of a fact, or PANEL.TABLE[ROW].COLUMN.
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/sbin:/sbin

put() {
	printf '%s\t%s\n' "$1" "$2"
}

# --- the host -------------------------------------------------------------------------------------------------------
put host.cpus "$(grep -c ^processor /proc/cpuinfo)"
free -b | awk -v OFS='\t' '
	$1 == "Mem:" { print "host.memory.total", $2; print "host.memory.available", $7; print "host.memory.percent", 100 * ($2 - $7) / $2 }
	$1 == "Swap:" { print "host.swap.used", $3 }'
uptime | sed 's/.*load average: *//; s/,//g' | awk -v OFS='\t' '
	{ print "host.load1", $1; print "host.load5", $2; print "host.load15", $3 }'
put host.uptime "$(ps -o etimes= -p 1 | tr -d ' ')"
put host.kernel "$(uname -r)"
put host.system "$(hostnamectl | sed -n 's/^ *Operating System: //p')"
put host.units.failed "$(systemctl list-units --state=failed --no-legend --plain | grep -c .)"
systemctl list-units --state=failed --no-legend --plain | awk -v OFS='\t' '
	{ print "host.units[" $1 "].unit", $1; print "host.units[" $1 "].state", $4 }'
# VmRSS of every process: the panel shows the largest.
ps -eo pid=,rss=,etimes=,cputimes=,comm= | awk -v OFS='\t' '
	{ k = "host.processes[" $1 "]."; n = $0; sub(/^ *[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +/, "", n)
	  print k "name", n; print k "pid", $1; print k "memory", $2 * 1024; print k "age", $3; print k "ticks", $4 }'

# --- disks ----------------------------------------------------------------------------------------------------------
ceil_percent() { # USED FREE
	awk -v u="$1" -v f="$2" 'BEGIN { p = u + f > 0 ? 100 * u / (u + f) : 0; print p == int(p) ? p : int(p) + 1 }'
}

findmnt -rn -o TARGET,FSTYPE,SOURCE --real -t noiso9660,noproc,nosysfs,nooverlay,nonsfs,nosquashfs,notmpfs |
	while read -r mount type source; do
		case $type in ext[234] | xfs | btrfs | vfat) ;; *) continue ;; esac
		# shellcheck disable=SC2046 # numbers
		set -- $(stat -f -c '%S %b %f %a %c %d' "$mount")
		size=$(($1 * $2)) used=$(($1 * ($2 - $3))) free=$(($1 * $4))
		k="disks.mounts[$mount]"
		put "$k.mount" "$mount"
		put "$k.size" $size
		put "$k.used" $used
		put "$k.free" $free
		put "$k.percent" "$(ceil_percent $used $free)"
		put "$k.inodes" "$(ceil_percent $(($5 - $6)) "$6")"
		put "$k.type" "$type"
		put "$k.device" "$source"
		if [ "$mount" = / ]; then
			put disk.root.size $size
			put disk.root.used $used
			put disk.root.free $free
			put disk.root.percent "$(ceil_percent $used $free)"
			put disk.root.inodes.percent "$(ceil_percent $(($5 - $6)) "$6")"
		fi
	done

unallocated=0
for disk in /sys/block/sd*; do
	name=${disk##*/}
	for part in "$disk" "$disk/$name"[0-9]*; do
		[ -e "$part/size" ] || continue
		name=${part##*/}
		k="disks.devices[$name]"
		put "$k.name" "$name"
		put "$k.size" $((512 * $(cat "$part/size")))
		put "$k.filesystem" "$(blkid -s TYPE -o value "/dev/$name")"
		put "$k.mount" "$(findmnt -n -o TARGET -S "/dev/$name" | head -n 1)"
		if [ "$part" = "$disk" ]; then
			put "$k.type" disk
			put "$k.model" "$(sed 's/ *$//' "$disk/device/model")"
			put "$k.kind" "$([ "$(cat "$disk/queue/rotational")" = 1 ] && echo spinning || echo SSD)"
		else
			put "$k.type" part
			put "$k.model" ''
			put "$k.kind" ''
		fi
	done
	# What no partition has taken; a disk without a table of partitions is wholly its filesystem's.
	if [ -z "$(blkid -s TYPE -o value "/dev/${disk##*/}")" ]; then
		unallocated=$((unallocated + $(parted -m -s "/dev/${disk##*/}" unit B print free |
			awk -F: '$5 ~ /^free/ { sub(/B/, "", $4); if ($4 >= 16777216) s += $4 } END { printf "%.0f", s }')))
	fi
done
for mapper in /sys/block/dm-*; do
	[ -e "$mapper/dm/name" ] || continue
	name=$(cat "$mapper/dm/name")
	k="disks.devices[$name]"
	put "$k.name" "$name"
	put "$k.size" $((512 * $(cat "$mapper/size")))
	put "$k.type" lvm
	put "$k.model" ''
	put "$k.kind" ''
	put "$k.filesystem" "$(blkid -s TYPE -o value "/dev/mapper/$name")"
	put "$k.mount" "$(findmnt -n -o TARGET -S "/dev/mapper/$name" | head -n 1)"
done

# Blocks of files and folders, a file with several names once.
blocks() {
	find "$1" -xdev -printf '%D:%i %b\n' 2>/dev/null | sort -u | awk '{ s += $2 } END { printf "%.0f", 512 * s }'
}
put disk.logs "$(blocks /var/log)"
put disk.journal "$(blocks /var/log/journal)"
put said.journal "$(journalctl --disk-usage 2>&1 | sed 's/.*take up \([0-9.]*[A-Z]\).*/\1/')"
for place in /var/log/*; do
	put "disks.space[$place].place" "$place"
	put "disks.space[$place].size" "$(blocks "$place")"
done
put 'disks.space[/var/log].place' /var/log
put 'disks.space[/var/log].size' "$(blocks /var/log)"

# --- LVM ------------------------------------------------------------------------------------------------------------
vgs=$(vgdisplay -c 2>/dev/null | tr -d ' ')
# Debian 12's mawk prints what is over 2^31 as 3.17823e+11 unless it is told not to (OFMT).
# name:access:…:lvs at 6:…:pvs at 10:…:size in KiB at 12:extent in KiB at 13:extents at 14:taken at 15:free at 16
printf '%s\n' "$vgs" | awk -F: -v OFMT=%.0f -v OFS='\t' '$1 != "" { k = "lvm.groups[" $1 "]."
	print k "name", $1; print k "size", $14 * $13 * 1024; print k "free", $16 * $13 * 1024; print k "extents", $16
	print k "extent", $13 * 1024; print k "physical", $11; print k "volumes", $6 }'
free=$(printf '%s\n' "$vgs" | awk -F: '{ s += $16 * $13 * 1024 } END { printf "%.0f", s }')
put disk.unallocated $((unallocated + free))
root_vg=$(findmnt -n -o SOURCE / | xargs lvdisplay -c 2>/dev/null | tr -d ' ' | cut -d: -f2)
printf '%s\n' "$vgs" | awk -F: -v OFMT=%.0f -v OFS='\t' -v vg="$root_vg" '$1 == vg {
	print "lvm.vg.size", $14 * $13 * 1024; print "lvm.vg.free", $16 * $13 * 1024 }'
lvdisplay -c 2>/dev/null | tr -d ' ' | while IFS=: read -r path vg _ _ _ _ sectors _; do
	name=${path##*/}
	k="lvm.volumes[$vg/$name]"
	mount=$(findmnt -n -o TARGET -S "$path" | head -n 1)
	left=$(printf '%s\n' "$vgs" | awk -F: -v vg="$vg" '$1 == vg { printf "%.0f", $16 * $13 * 1024 }')
	put "$k.name" "$name"
	put "$k.group" "$vg"
	put "$k.size" $((sectors * 512))
	put "$k.possible" $((sectors * 512 + left))
	put "$k.mount" "$mount"
	put "$k.attributes" "$(lvs --noheadings -o lv_attr "$path" | tr -d ' ')"
	if [ -n "$mount" ]; then
		# shellcheck disable=SC2046
		set -- $(stat -f -c '%b %f %a' "$mount")
		put "$k.percent" "$(ceil_percent $(($1 - $2)) "$3")"
	fi
	[ "$mount" != / ] || put lvm.root.size $((sectors * 512))
done
pvdisplay -c 2>/dev/null | tr -d ' ' | awk -F: -v OFMT=%.0f -v OFS='\t' '{ k = "lvm.physical[" $1 "]."
	print k "name", $1; print k "group", $2; print k "size", $9 * $8 * 1024; print k "free", $10 * $8 * 1024 }'
pvs --noheadings -o pv_name,pv_attr | awk -v OFS='\t' '{ print "lvm.physical[" $1 "].attributes", $2 }'

# --- Docker ---------------------------------------------------------------------------------------------------------
if docker version >/dev/null 2>&1; then
	put docker.active true
	put docker.version "$(docker info --format '{{.ServerVersion}}')"
	put docker.driver "$(docker info --format '{{.Driver}}')"
	put docker.log.driver "$(docker info --format '{{.LoggingDriver}}')"
	put said.docker.root "$(docker info --format '{{.DockerRootDir}}')"
	put said.docker.cgroups "$(docker info --format '{{.CgroupDriver}}')"
	put docker.containers.running "$(docker ps -q | grep -c .)"
	put docker.containers.total "$(docker ps -aq | grep -c .)"
	put docker.images "$(docker images -q | sort -u | grep -c .)"
	docker system df | awk -v OFS='\t' 'NR > 1 {
		r = $NF ~ /^\(/ ? $(NF - 1) : $NF; s = $NF ~ /^\(/ ? $(NF - 2) : $(NF - 1)
		n = $NF ~ /^\(/ ? NF - 5 : NF - 4; t = $1; for (i = 2; i <= n; i++) t = t " " $i
		k = "docker.usage[" t "]."; print k "type", t; print k "total", $(n + 1); print k "active", $(n + 2)
		print k "size.said", s; print k "reclaimable.said", r }'
	docker images --no-trunc --format '{{.ID}} {{.Repository}} {{.Tag}} {{.Size}} {{.CreatedSince}}' |
		while read -r id repository tag size since; do
			short=${id#sha256:}
			short=$(printf '%.12s' "$short")
			k="docker.images[$repository:$tag $short]"
			put "$k.name" "$repository:$tag"
			put "$k.id" "$short"
			put "$k.size.said" "$size"
			put "$k.created" "$since"
			put "$k.bytes" "$(docker image inspect --format '{{.Size}}' "$id")"
		done
	for id in $(docker ps -aq); do
		name=$(docker inspect --format '{{.Name}}' "$id")
		name=${name#/}
		k="docker.containers[$name]"
		put "$k.name" "$name"
		put "$k.image" "$(docker inspect --format '{{.Config.Image}}' "$id")"
		put "$k.state" "$(docker inspect --format '{{.State.Status}}' "$id")"
		put "$k.policy" "$(docker inspect --format '{{.HostConfig.RestartPolicy.Name}}' "$id")"
		put "$k.restarts" "$(docker inspect --format '{{.RestartCount}}' "$id")"
		put "$k.status" "$(docker ps -a --filter "name=^/$name\$" --format '{{.Status}}')"
		put "$k.limit" "$(docker inspect --format '{{index .HostConfig.LogConfig.Config "max-size"}} x {{index .HostConfig.LogConfig.Config "max-file"}}' "$id")"
		put "$k.started" $(($(date +%s) - $(date -d "$(docker inspect --format '{{.State.StartedAt}}' "$id")" +%s)))
	done
else
	put docker.active false
fi
if [ -f /etc/docker/daemon.json ]; then
	put docker.configured true
else
	put docker.configured false
fi
put docker.log.limited "$(grep -q '"max-size"' /etc/docker/daemon.json 2>/dev/null && echo true || echo false)"
put said.docker.unit "$(systemctl is-active docker) ($(systemctl show -p SubState --value docker))"

# --- backups --------------------------------------------------------------------------------------------------------
for kind in postgres redis; do
	newest=$(stat -c '%Y %s %n' /var/backups/$kind/* 2>/dev/null | sort -n | tail -n 1)
	put backup.$kind.count "$(stat -c %n /var/backups/$kind/* 2>/dev/null | grep -c .)"
	[ -n "$newest" ] || continue
	# shellcheck disable=SC2086
	set -- $newest
	put backup.$kind.age $(($(date +%s) - $1))
	put backup.$kind.size "$2"
	put said.backup.$kind.newest "$3"
	put said.backup.$kind.oldest $(($(date +%s) - $(stat -c %Y /var/backups/$kind/* | sort -n | head -n 1)))
	for file in "/var/backups/$kind"/*; do
		put "backups.files[$file].file" "$file"
		put "backups.files[$file].size" "$(stat -c %s "$file")"
		put "backups.files[$file].age" $(($(date +%s) - $(stat -c %Y "$file")))
	done
done
put backup.scheduled "$(grep -rq backup-postgres /etc/cron.d && echo true || echo false)"
put end yes
