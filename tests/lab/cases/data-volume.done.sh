about='a volume on the added disk alone, mounted by its UUID; a restarted server has it'
. "$here/cases/1b.words.sh"

prepare() { added; }


drive() {
	go
	is activity ready
	is plan '*lvcreate -Wy -Zy --yes -l 2048 -n docker-data --addtag twistertui-* ubuntu-vg /dev/sda*mkfs.ext4*+UUID=*nofail*mount /srv/docker-data*'
	succeeds
	is result ok
	says 'ubuntu-vg/docker-data is mounted on /srv/docker-data, *'
	one_volume
	power off
	power on
}

expect() {
	one_volume
	grew vg.free "-2048"
	same lv.table df.size
}
