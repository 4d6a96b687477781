#!/bin/sh
# Phase 0's steps for the disk on the built-in EdgeServer, on each shell: the journal, logs, their rotation, the alert.
# shellcheck disable=SC2016 # commands for the simulated server
set -u
# shellcheck source=tests/steps/lib.sh
. "${TOP_SRCDIR:?}/tests/steps/lib.sh"
# shellcheck source=tests/steps/demo.sh
. "$top/tests/steps/demo.sh"
phase=$top/phases/0-stabilisation

# tree: every file of the server's settings with its sum: undo has to bring the same back.
tree() {
	(cd "$scratch/root" && find etc usr/local ! -name '.*' \( -type f -exec md5sum {} + -o -print \) | sort)
}

journal() {
	case='limit-journal'
	demo
	params="vacuum='100M' limit='500M' days='3'"
	before=$(tree)
	todo limit-journal
	shows '+SystemMaxUse=500M'
	shows '+MaxFileSec=1day'
	run_ limit-journal
	said after
	shows 'Archived and active journals take up 32M'
	done_ limit-journal
	undone_ limit-journal
	is "$(tree)" "$before"
}

journal_fails() {
	case='limit-journal, a later file sets a limit, too'
	demo
	params="vacuum='100M' limit='500M' days='3'"
	printf '[Journal]\nSystemMaxUse=9G\n' >"$scratch/root/etc/systemd/journald.conf.d/99-other.conf"
	refused limit-journal overruled
	case='limit-journal, vacuum over limit'
	params="vacuum='1G' limit='500M' days='3'"
	rm "$scratch/root/etc/systemd/journald.conf.d/99-other.conf"
	refused limit-journal vacuum-over-limit
	case='limit-journal, journald works with another limit'
	params="vacuum='100M' limit='500M' days='3'"
	part limit-journal apply
	tool 'printf "[Journal]\nSystemMaxUse=2G\n" >"$root"/etc/systemd/journald.conf.d/95-x.conf; systemctl restart systemd-journald'
	part limit-journal verify
	is "$status" 1
	said other-limit
	case='limit-journal, edited since'
	echo >>"$scratch/root/etc/systemd/journald.conf.d/90-twistertui.conf"
	part limit-journal undo
	is "$status" 1
	said undo-edited
	case='limit-journal, twice with other values: undo goes back to the beginning'
	demo
	before=$(tree)
	run_ limit-journal
	params="vacuum='100M' limit='400M' days='2'"
	todo limit-journal
	done_ limit-journal
	undone_ limit-journal
	is "$(tree)" "$before"
	case='limit-journal, in memory'
	rm -r "$scratch/root/var/log/journal"
	refused limit-journal volatile
}

logs() {
	case='clean-logs'
	demo
	params="empty='/var/log/kern.log' delete='rotated'"
	inode=$(stat -c %i "$scratch/root/var/log/kern.log")
	todo clean-logs
	said empties
	shows '$ rm /var/log/syslog.2.gz    # 8388608 bytes'
	done_ clean-logs
	said already
	is "$(stat -c '%i %s' "$scratch/root/var/log/kern.log")" "$inode 0"
	is "$(tool 'ls "$root"/var/log/*.gz "$root"/var/log/*.1 2>/dev/null | wc -l')" 0
	[ -s "$scratch/root/var/log/syslog" ] || fail 'a log that was not chosen is empty'
	case='clean-logs, choices'
	part clean-logs choices empty
	grep -q '=/var/log/twisterlab/api.log =5.4G.*python3 =0' "$scratch/marks" || fail 'no writer of api.log'
}

# A log that was deleted while somebody holds it open: as /proc shows it.
logs_held() {
	case='clean-logs, deleted and held open'
	demo
	truncate -s 3G "$scratch/root/var/log/gone.log (deleted)"
	ln -s "$scratch/root/var/log/gone.log (deleted)" "$scratch/root/proc/2688/fd/9"
	params="empty='' delete=''"
	part clean-logs choices empty
	grep -q 'choice =/proc/2688/fd/9 =3.0G.*gone.log.*deleted.*python3' "$scratch/marks" || fail 'it is no choice'
	params="empty='/proc/2688/fd/9' delete=''"
	todo clean-logs
	done_ clean-logs
	is "$(stat -c %s "$scratch/root/var/log/gone.log (deleted)")" 0
	case='clean-logs, a rotated one is held open'
	ln -s "$scratch/root/var/log/syslog.1" "$scratch/root/proc/902/fd/12"
	params="empty='' delete='/var/log/syslog.1'"
	refused clean-logs still-open
	params="empty='' delete='rotated'"
	run_ clean-logs
	is "$status" 0
	[ -s "$scratch/root/var/log/syslog.1" ] || fail 'an open file was deleted'
	[ ! -e "$scratch/root/var/log/syslog.2.gz" ] || fail 'rotated ones are still there'
	case='clean-logs, bad choices'
	params="empty='' delete=''"
	refused clean-logs nothing-chosen
	params="empty='/var/log/none.log' delete=''"
	refused clean-logs no-file
	params="empty='' delete='/var/log/syslog'"
	refused clean-logs still-open
	params="empty='' delete='/var/log/dpkg.log'"
	refused clean-logs not-rotated
	ln -s "$scratch/root/etc/passwd" "$scratch/root/var/log/link.log"
	for bad in /etc/passwd /var/log/../../etc/passwd /var/log/link.log /var/log/journal/x /var/log/twisterlab \
		/var/log/kern.log.2.gz; do
		params="empty='$bad' delete=''"
		refused clean-logs not-a-log
	done
	params="empty='/proc/1/fd/1' delete=''"
	refused clean-logs not-held
}

rotation() {
	case='rotate-logs'
	demo
	params="logs='/var/log/kern.log /var/log/syslog' maxsize='500M' count='3'"
	# The documents' own two rules beside Ubuntu's.
	printf '/var/log/kern.log {\n  daily\n  rotate 3\n  maxsize 500M\n}\n' >"$scratch/root/etc/logrotate.d/kern-aggressive"
	printf '/var/log/syslog {\n  daily\n  rotate 3\n}\n' >"$scratch/root/etc/logrotate.d/syslog-aggressive"
	tool 'truncate -s 0 "$root"/var/log/kern.log'
	before=$(tree)
	part rotate-logs preflight
	said duplicate
	todo rotate-logs
	shows '-	rotate 4
-	weekly
+	maxsize 500M
+	rotate 3
+	daily
 	missingok'
	said retires
	done_ rotate-logs
	said already
	is "$(tool 'cd "$root"/etc/logrotate.d && ls')" rsyslog
	is "$(tool 'logrotate -d "$root"/etc/logrotate.conf' | grep -c 'duplicate\|error')" 0
	undone_ rotate-logs
	is "$(tree)" "$before"
}

rotation_fails() {
	case='rotate-logs, choices: the largest first, each with who rotates it'
	demo
	params="logs='/var/log/kern.log /var/log/syslog'"
	mkdir "$scratch/root/var/log/lab"
	printf '%2000s' x >"$scratch/root/var/log/lab/a.log"
	printf '%1000s' x >"$scratch/root/var/log/lab/nobody.log"
	printf '%5000s' x >"$scratch/root/var/log/lab/with blank.log"
	printf '/var/log/lab/a*.log /var/log/*/a.log {\n}\n' >"$scratch/root/etc/logrotate.d/lab"
	printf '/var/log/*.log {\n}\n' >"$scratch/root/etc/logrotate.d/zz"
	part rotate-logs choices logs
	is "$(sed -n 's/.*choice =//p' "$scratch/marks" | grep -e '^/var/log/kern' -e '^/var/log/syslog' -e '^/var/log/lab')" \
		'/var/log/kern.log =12G%20kern.log%20(rsyslog%20zz) =1
/var/log/syslog =460M%20syslog%20(rsyslog) =1
/var/log/lab/a.log =2.0K%20lab/a.log%20(lab) =0
/var/log/lab/nobody.log =1000%20lab/nobody.log%20() =0'
	case='rotate-logs, the other rule has more'
	demo
	params="logs='/var/log/kern.log /var/log/syslog' maxsize='500M' count='3'"
	printf '/var/log/kern.log /var/log/mine.log {\n  daily\n}\n' >"$scratch/root/etc/logrotate.d/mine"
	refused rotate-logs two-owners
	rm "$scratch/root/etc/logrotate.d/mine"
	case='rotate-logs, no room to compress'
	truncate -s 60G "$scratch/root/var/log/syslog.1"
	refused rotate-logs no-space
	rm "$scratch/root/var/log/syslog.1"
	case='rotate-logs, others are wrong'
	printf '/var/log/a.log {\n}\n' >"$scratch/root/etc/logrotate.d/a"
	printf '/var/log/a.log {\n}\n' >"$scratch/root/etc/logrotate.d/b"
	refused rotate-logs still-wrong
	rm "$scratch/root/etc/logrotate.d/a" "$scratch/root/etc/logrotate.d/b"
	case='rotate-logs, a log without a rule, one with a glob, a rule with its brace in one line'
	printf '/var/log/twisterlab/*.log {\n  weekly\n  size 1G\n  postrotate\n    rotate 9\n  endscript\n}\n' >"$scratch/root/etc/logrotate.d/lab"
	params="logs='/var/log/twisterlab/api.log /var/log/dpkg.log' maxsize='1G' count='2'"
	before=$(tree)
	todo rotate-logs
	shows '+  maxsize 1G'
	shows '+/var/log/dpkg.log'
	part rotate-logs apply
	is "$(cat "$scratch/root/etc/logrotate.d/lab")" '/var/log/twisterlab/*.log {
  rotate 2
  compress
  daily
  maxsize 1G
  postrotate
    rotate 9
  endscript
}'
	undone_ rotate-logs
	is "$(tree)" "$before"
	rm "$scratch/root/etc/logrotate.d/lab"
	case='rotate-logs, the run fails: the job puts all back'
	params="logs='/var/log/kern.log /var/log/syslog' maxsize='500M' count='3'"
	before=$(tree)
	rm "$scratch/root/demo/bin/logrotate"
	cat >"$scratch/root/demo/bin/logrotate" <<-END
		#!/bin/sh
		case \$* in *-d*) exec "$top/backends/demo/tools/logrotate" "\$@" ;; esac
		exit 1
	END
	sed -i "s|exec .*tools/logrotate\"|exec \"$scratch/root/demo/bin/logrotate.real\"|" "$scratch/root/demo/bin/logrotate"
	ln -s "$top/backends/demo/tools/logrotate" "$scratch/root/demo/bin/logrotate.real"
	chmod +x "$scratch/root/demo/bin/logrotate"
	job rotate-logs
	is "$result" undone
	said run-failed
	is "$(tree)" "$before"
	case='rotate-logs, nothing chosen'
	params="logs='' maxsize='500M' count='3'"
	refused rotate-logs nothing-chosen
	params="logs='/etc/passwd' maxsize='500M' count='3'"
	refused rotate-logs not-a-log
}

alert() {
	case='disk-alert'
	demo
	params="percent='80'"
	before=$(tree)
	todo disk-alert
	done_ disk-alert
	said already
	is "$(cat "$scratch/root/run/disk-alert")" 'ALERT: / is used 85%, over 80% (14.7 GiB free)'
	tool 'journalctl -t disk-alert -o cat' | grep -qx 'ALERT: / is used 85%, over 80% (14.7 GiB free)' || fail 'not in the journal'
	tool 'truncate -s 0 "$root"/var/log/kern.log; systemctl start disk-alert'
	[ ! -e "$scratch/root/run/disk-alert" ] || fail 'it goes on warning'
	params="percent='50'"
	todo disk-alert
	done_ disk-alert
	[ -s "$scratch/root/run/disk-alert" ] || fail 'no warning over 50 %'
	undone_ disk-alert
	is "$(tree | grep -v 'timers.target.wants$')" "$before"
	[ ! -e "$scratch/root/run/disk-alert" ] || fail 'the warning is still there'
}

alert_fails() {
	case='disk-alert, nothing gets through to syslog'
	demo
	params="percent='80'"
	before=$(tree)
	part disk-alert apply
	rm "$scratch/root/demo/bin/logger"
	printf '#!/bin/sh\nexit 0\n' >"$scratch/root/demo/bin/logger"
	chmod +x "$scratch/root/demo/bin/logger"
	part disk-alert verify
	is "$status" 1
	said not-logged
	case='disk-alert, it fails without an environment'
	printf '#!/bin/sh\necho "logger: no socket" >&2; exit 1\n' >"$scratch/root/demo/bin/logger"
	part disk-alert verify
	is "$status" 1
	said script-fails
	undone_ disk-alert
	job disk-alert
	is "$result" undone
	is "$(tree | grep -v 'timers.target.wants$')" "$before"
	case='disk-alert, somebody else has that name'
	printf '#!/bin/sh\n' >"$scratch/root/usr/local/sbin/disk-alert"
	refused disk-alert others-file
}

for shell in $TEST_SHELLS; do
	journal
	logs
	rotation
	alert
done
shell=dash
journal_fails
logs_held
rotation_fails
alert_fails
finish
