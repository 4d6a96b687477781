about='archives are larger than they may be: vacuumed, and journald itself says its new limit'
phase=0-stabilisation

prepare() {
	guest 'for i in 1 2 3; do head -c 4000000 /dev/urandom | base64 -w 900 | systemd-cat -t lab; journalctl --rotate; done; ls -l /var/log/journal/*'
}

drive() {
	begin
	console param "$step" vacuum 20M
	is activity ready
	succeeds
	is result ok
	says 'the journal takes *; journald itself says: at most 500M, 3 days kept'
}

expect() {
	# What journald writes to at the moment is no archive, and stays: 8 to 32 MB here.
	guest '[ "$(find /var/log/journal -name "*@*" -exec du -cm {} + | awk "END { print \$1 + 0 }")" -le 20 ]' ||
		fail 'the archives take more than 20 MB'
	guest '[ "$(du -sm /var/log/journal | cut -f 1)" -le 60 ]' || fail 'the journal takes more than 60 MB'
	guest 'systemd-analyze cat-config systemd/journald.conf | grep -qx SystemMaxUse=500M' || fail 'systemd reads no such limit'
	same docker.pid
}
