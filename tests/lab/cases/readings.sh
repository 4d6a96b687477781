# What is read in the guest before and after a case: lines "NAME VALUE". Independent of the phases' own shell.
root=$(findmnt -n -o SOURCE /)
# shellcheck disable=SC2046 # two names
set -- $(lvs --noheadings -o vg_name,lv_name "$root" 2>/dev/null)
vg=${1-} lv=${2-}
echo "vg.name $vg"
echo "vg.free $(vgs --noheadings -o vg_free_count "$vg" 2>/dev/null | tr -d ' ')"
echo "lv.name $lv"
echo "lv.bytes $(lvs --noheadings --nosuffix --units b -o lv_size "$vg/$lv" 2>/dev/null | tr -d ' ')"
echo "lv.table $(dmsetup table "$root" 2>/dev/null | tr '\n' ';')"
echo "df.size $(df -B1 --output=size / | tail -n 1 | tr -d ' ')"
echo "fs.type $(findmnt -n -o FSTYPE /)"
case $(findmnt -n -o FSTYPE /) in
ext4) echo "fs.blocks $(dumpe2fs -h "$root" 2>/dev/null | sed -n 's/^Block count: *//p')" ;;
xfs) echo "fs.blocks $(xfs_info / | sed -n 's/^data .* blocks=\([0-9]*\),.*/\1/p')" ;;
esac
echo "etc.docker $(ls -lR --time-style=full-iso /etc/docker 2>/dev/null | sha256sum | cut -c1-16)"
if [ -e /etc/docker/daemon.json ]; then
	echo "daemon.json $(stat -c '%a %U %G' /etc/docker/daemon.json) $(sha256sum </etc/docker/daemon.json | cut -d' ' -f1)"
else
	echo 'daemon.json none'
fi
echo "docker $(systemctl is-active docker 2>/dev/null)"
echo "docker.pid $(systemctl show -p MainPID --value docker 2>/dev/null)"
# docker takes a second to start here: it is asked once. What docker ps lists without -a runs, is paused or restarts.
docker ps -a --format '{{.Names}} {{.State}}' 2>/dev/null | sort | awk '
	{ all = all $1 " " }
	/ (running|paused|restarting)$/ { up = up $1 " " }
	END { print "containers " up; print "containers.all " all }'
echo "jobs $(ls /var/lib/twistertui/jobs /run/twistertui/jobs 2>/dev/null | grep -c '\.')"
