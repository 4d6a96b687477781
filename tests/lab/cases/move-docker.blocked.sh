about='no such place, one that is not in fstab, one that is full, one that is occupied'
. "$here/cases/1b.words.sh"

prepare() { guest 'sed -i /ai-storage/d /etc/fstab'; }

drive() {
	go /boot
	is state blocked
	is reason '/boot is no mounted local ext4 or xfs*'
	console param "$step" to /twisterlab/ai-storage
	is state blocked
	is reason '/twisterlab/ai-storage is not in /etc/fstab*'
	guest "mkdir $place/docker"
	console param "$step" to "$place"
	is state blocked
	is reason "$place/docker exists already*"
	guest "rmdir $place/docker; fallocate -l \$((\$(df --output=avail -B1 $place | tail -n 1) - 100000000)) $place/full"
	console prepare "$step"
	is state blocked
	is reason "$place has * free, * are needed"
}

expect() {
	same containers docker.pid
	not_moved
}
