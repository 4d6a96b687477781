about='an older alert of ours is put there between the plan and the yes: blocked with the new plan'
phase=0-stabilisation

drive() {
	ready
	console ask "$step"
	printf '#!/bin/sh\n# Written by twistertui, Phase 0: disk-alert.\n# an older one\n' | guest_file /usr/local/sbin/disk-alert 755
	plan_changed
	is output '*-# an older one*'
	console prepare "$step"
	is activity ready
}

expect() {
	guest 'grep -q "an older one" /usr/local/sbin/disk-alert' || fail 'it was written over'
}
