about='somebody takes extents of that disk between the plan and the yes: blocked with the new plan'
. "$here/cases/1b.words.sh"

prepare() { added; }


drive() {
	go
	is activity ready
	console ask "$step"
	guest 'lvcreate -q -y -L 1G -n theirs ubuntu-vg /dev/sda'
	plan_changed
}

expect() {
	grew vg.free -256
	guest '! ls /dev/ubuntu-vg/docker-data; ! grep srv /etc/fstab' || fail 'something was done'
}
