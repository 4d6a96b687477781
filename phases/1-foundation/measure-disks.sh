# shellcheck shell=sh
# shellcheck disable=SC2154 # root and tw_out are the console's; disk is this step's parameter
# measure-disks: how fast the disks read, with hdparm. Reads only.

# disks: NAME|ROTATIONAL|SIZE|MODEL of whole disks, in order of their names.
disks() {
	lsblk -dnbr -o NAME,TYPE,ROTA,SIZE,MODEL 2>/dev/null | while read -r name type rotational size model; do
		case $name in
		'' | *[!A-Za-z0-9._-]* | -* | ram* | zram*) continue ;;
		esac
		case $type/$size in
		disk/0 | disk/ | disk/*[!0-9]*) continue ;;
		disk/*) ;;
		*) continue ;;
		esac
		printf '%s|%s|%s|%s\n' "$name" "$rotational" "$size" "$model"
	done | sort
}

# The ones to measure: all that turn, or the one that was chosen.
chosen() {
	if [ "$disk" = rotational ]; then
		disks | awk -F '|' '$2 == 1 { print $1 }'
	else
		disks | awk -F '|' -v name="$disk" '$1 == name { print $1 }'
	fi
}

choices() {
	choice rotational "$(disks | awk -F '|' '$2 == 1 { n = n " " $1 } END { print n == "" ? "-" : substr(n, 2) }')" 1
	disks | while IFS='|' read -r name rotational size model; do
		choice "$name" "$name $((size / 1073741824)) GiB $(printf '%s\n' "$model" | sed 's/\\x20/ /g')" 0
	done
}

preflight() {
	for tool in lsblk hdparm awk; do
		command -v "$tool" >/dev/null 2>&1 || { say no-tool "$tool"; return 1; }
	done
	[ -n "$(chosen)" ] && return 0
	if [ "$disk" = rotational ]; then
		say none-rotational
	else
		say no-disk "$disk"
	fi
	return 1
}

# A measurement ages: it is made each time it is asked for.
check() {
	return 1
}

plan() {
	device=$root/dev
	chosen | while read -r name; do
		printf '$ hdparm -Tt %s\n' "${device#"$root"}/$name"
	done
	say reads-only "$(chosen | wc -l | tr -d ' ')"
}

apply() {
	chosen | while read -r name; do
		hdparm -Tt "$root/dev/$name" || say no-answer "$name"
	done
}

# speed NAME KIND: bytes a second in this job's output, from hdparm's line of that kind. Its MB are 1024 * 1024 bytes.
speed() {
	awk -v disk="$1" -v kind="$2" '
		/^\/.*:$/ { sub(/:$/, ""); sub(/.*\//, ""); at = $0 }
		at == disk && index($0, kind) {
			unit = $NF == "GB/sec" ? 1073741824 : $NF == "MB/sec" ? 1048576 : $NF == "kB/sec" ? 1024 : 0
			speed = $(NF - 1) * unit
		}
		END { printf "%.0f", speed }' "$tw_out"
}

# The figures that hdparm printed are the effect: each disk must have one, and not 0.
verify() {
	if [ -z "${tw_out-}" ] || [ ! -r "$tw_out" ]; then
		say not-measured
		return 1
	fi
	mute=
	for name in $(chosen); do
		read_speed=$(speed "$name" 'buffered disk reads')
		if [ "$read_speed" = 0 ]; then
			say no-figure "$name"
			mute=$name
			continue
		fi
		fact "phase.read-speed.$name" "$read_speed"
		fact "phase.cache-speed.$name" "$(speed "$name" 'cached reads')"
		say measured "$name" "$(awk -v b="$read_speed" 'BEGIN { printf "%.1f", b / 1048576 }')"
	done
	[ -z "$mute" ] && [ -n "$(chosen)" ]
}
