about='lvextend itself gives up: no room for its archive of the metadata'

prepare() {
	guest 'mkdir -p /etc/lvm/archive; mount -t tmpfs -o size=4k none /etc/lvm/archive; head -c 4096 /dev/zero >/etc/lvm/archive/full'
}

drive() {
	ready
	fails unchanged '[1-9]*'
}

expect() {
	same vg.free lv.bytes lv.table fs.blocks df.size
}
