about='made by hand as it is asked for: nothing is run'
. "$here/cases/1b.words.sh"

prepare() {
	added
	guest 'lvcreate -q -y -L 8G -n docker-data ubuntu-vg /dev/sda; mkfs.ext4 -q /dev/ubuntu-vg/docker-data; mkdir /srv/docker-data
		echo "UUID=$(blkid -p -o value -s UUID /dev/ubuntu-vg/docker-data) /srv/docker-data ext4 defaults,nofail 0 2" >>/etc/fstab
		systemctl daemon-reload; mount /srv/docker-data'
}

drive() {
	begin
	console param "$step" size 8G
	console param "$step" on "$sda"
	satisfied 'ubuntu-vg/docker-data (8.00 GiB, ext4) is mounted on /srv/docker-data'
}

expect() { one_volume; }
