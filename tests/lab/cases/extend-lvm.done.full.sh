about='/ is so full that the job lives in /run'

prepare() {
	# what is left for root, its reserve included: 30 MiB
	guest 'free=$(stat -f -c "%f %S" / | { read -r f s; echo $((f * s)); }); fallocate -l $((free - 31457280)) /var/fill; df /'
}

drive() {
	ready
	succeeds
	is volatile true
}

expect() {
	grew lv.bytes $((50 << 30))
	[ "$(now fs.blocks)" = 39321600 ] || fail "the filesystem has $(now fs.blocks) blocks"
}
