about='the limits stand and the journal is within them: nothing is run'
phase=0-stabilisation

prepare() {
	printf '# Written by twistertui, Phase 0: limit-journal\n[Journal]\nSystemMaxUse=500M\nMaxRetentionSec=3day\nMaxFileSec=1day\n' |
		guest_file /etc/systemd/journald.conf.d/90-twistertui.conf
	guest 'systemctl restart systemd-journald; journalctl --rotate --vacuum-size=100M'
}

drive() {
	begin
	satisfied 'the journal takes *, its limits are 500M and 3 days'
}

expect() { jobs_are 0; }
