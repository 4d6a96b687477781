#!/bin/sh
# Jobs as they live on a server: exactly once, whole or not at all, ended, undone, lost, found again; on the shells of
# $TEST_SHELLS (dash; ./bootstrap check: bash and busybox, too). Each guard is also taken out, to see that these tests
# would notice.
# shellcheck disable=SC2317,SC2016,SC2086 # functions are called by name; code for other shells is
# quoted
set -u
LC_ALL=C
export LC_ALL
src=${TOP_SRCDIR:-$(cd "$(dirname "$0")/.." && pwd)}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/job.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
failed=0

fail() {
	printf 'FAIL (%s): %s\n' "$shell" "$*" >&2
	failed=1
}

# do.sh CODE: CODE in a shell that knows what a console's root shell knows.
cat >"$tmp/do.sh" <<'END'
tw_frame=F tw_mark=M tw_kind=${kind:-root} tw_patience=1
for f in shell probe job runs; do . "$remote/$f.sh"; done
tw_step_sh=$(cat "$remote/step.sh")
tw_run_sh=$(cat "$remote/run.sh")
# job ID [CODE]: starts a job of $step, after CODE has changed what is asked for.
job() {
	j_id=$1 j_end="end $1" j_previous='' j_kind=apply j_undo=0 j_limit=60 j_grace=0 j_session=s1
	j_head=abc j_meta='{"a":"b c"}' j_params="it='1'" j_step=$(cat "$step")
	j_digest=${digest-$(tw_mark=; tw_probe 10 "$j_params" "$j_step" plan | sha256sum)}
	j_digest=${j_digest%% *}
	j_sum=$(printf '%s\n%s\n' "$j_params" "$j_step" | sha256sum)
	j_sum=${j_sum%% *}
	eval "${2-}"
	tw_job_start
}
eval "$1"
END

# run CODE: in the shell under test, in a process of its own.
run() {
	env root="$root" HOME="$root/home" PATH="$bin:$PATH" remote="$remote" step="$step" \
		$shell "$tmp/do.sh" "$1" 2>>"$tmp/err"
}

fresh() { # an empty server
	root=$tmp/root.$shell_name
	rm -rf "$root"
	mkdir -p "$root/home" "$root/var/lib" "$root/run"
	run 'tw_lock_take s1 me@here 0' >/dev/null
}

# until_state ID STATE: the last answer in $answer.
until_state() {
	tries=0
	while [ $tries -lt 600 ]; do # a minute: when to give up on a busy machine
		answer=$(run "tw_job_look $1 0 0")
		case $answer in
		*"state $2"*) return 0 ;;
		esac
		sleep 0.1
		tries=$((tries + 1))
	done
	fail "$1 never was $2: $answer"
	return 1
}

has() { # TEXT PART
	case $1 in
	*"$2"*) ;;
	*) fail "expected <$2> in <$1>" ;;
	esac
}

hasnt() {
	case $1 in
	*"$2"*) fail "unexpected <$2> in <$1>" ;;
	esac
}

place() { printf '%s\n' "$root/var/lib/twistertui/jobs/$1"; }

cat >"$tmp/good" <<'END'
plan() { echo "would make done"; say planned "a b"; }
check() { [ -e "$root/done" ]; }
apply() { echo "$it" >>"$root/count"; fact size 12; echo out; echo err >&2; say note "x y" "50%
two"; : >"$root/done"; }
verify() { [ -e "$root/done" ]; }
undo() { echo undone; rm -f "$root/done"; }
END

# What has begun is on disk before the step does anything: a power cut must not make it look as if it had not.
test_synced() {
	step=$tmp/begun.$shell_name
	cat >"$step" <<'END'
plan() { :; }
check() { false; }
apply() { cat "$root/synced"; }
verify() { :; }
undo() { :; }
END
	fresh
	real=$(PATH="$bin:$PATH" command -v sync)
	mkdir -p "$tmp/sync.$shell_name"
	printf '#!/bin/sh\necho "$*" >>"%s"\nexec "%s" "$@"\n' "$root/synced" "$real" >"$tmp/sync.$shell_name/sync"
	chmod +x "$tmp/sync.$shell_name/sync"
	old=$bin
	bin=$tmp/sync.$shell_name:$bin
	run 'job r-1.begun.1' >/dev/null
	until_state r-1.begun.1 'done'
	bin=$old
	has "$answer" "$(place r-1.begun.1)/begun/who $(place r-1.begun.1)/begun "
	has "$answer" 'result ok'
}

test_good() {
	step=$tmp/good
	fresh
	answer=$(run 'job r-1.good.1')
	has "$answer" 'existed 0'
	until_state r-1.good.1 'done'
	has "$answer" 'result ok'
	has "$answer" 'parts 0 0 0 -1'
	has "$answer" 'mark 0 fact =size =12'
	has "$answer" 'mark 8 say =note =x%20y =50%25%0Atwo'
	has "$answer" 'meta {"a":"b c"}'
	has "$answer" 'head abc'
	has "$answer" "from 0

out
err"
	[ ! -e "$(place r-1.good.1)/params" ] || fail 'parameters were left behind'
	answer=$(run 'job r-1.good.1')
	has "$answer" 'existed 1'
	has "$answer" 'result ok'
	[ "$(wc -l <"$root/count")" = 1 ] || fail 'a second start ran it again'
	# Its undo is a job of its own, after it.
	answer=$(run 'job r-1.good.1.undo "j_kind=undo j_digest= j_previous=r-1.good.1"')
	until_state r-1.good.1.undo 'done'
	has "$answer" 'result ok'
	[ ! -e "$root/done" ] || fail 'undo did not'
}

# race REMOTE ROUNDS: racing starters; prints runs, "existed 0" answers, folders left over.
race() {
	remote=$1
	step=$tmp/good
	fresh
	round=1
	while [ $round -le "$2" ]; do
		for _ in 1 2 3 4 5 6 7 8; do
			digest=$digest_good run "digest=$digest_good; job r-1.race.$round" >>"$tmp/race.$shell_name" &
		done
		# Five rounds at once: whoever comes second sleeps for a second.
		[ $((round % 5)) -ne 0 ] || wait
		round=$((round + 1))
	done
	wait
	round=1
	while [ $round -le "$2" ]; do
		until_state "r-1.race.$round" 'done'
		round=$((round + 1))
	done
	printf '%s %s %s\n' "$(($(wc -l <"$root/count")))" \
		"$(grep -c 'existed 0' "$tmp/race.$shell_name")" \
		"$(find "$root" -name '.stage.*' | grep -c .)"
	rm -f "$tmp/race.$shell_name"
	remote=$src/backends/remote
}

test_race() {
	digest_good=$(printf 'would make done\n' | sha256sum | cut -d' ' -f1)
	# 60 rounds in all, 20 on each shell.
	got=$(race "$remote" 20)
	[ "$got" = '20 20 0' ] || fail "8 racing starters: expected 20 20 0, got $got"
}

# twice REMOTE ID: two runners, the second while the first is at it; prints how often the step ran.
twice() {
	remote=$1
	step=$tmp/slow.$shell_name
	rm -f "$root/count" "$root/go" "$root/over"
	run "tw_launch() { :; }; job $2" >/dev/null
	"$bin/sh" "$(place "$2")/run.sh" "$(place "$2")" >/dev/null 2>&1 &
	until [ -s "$root/count" ]; do sleep 0.1; done
	{
		"$bin/sh" "$(place "$2")/run.sh" "$(place "$2")" >/dev/null 2>&1
		: >"$root/over"
	} &
	# It goes away at once, or runs the step again.
	until [ -e "$root/over" ] || [ "$(wc -l <"$root/count")" -gt 1 ]; do sleep 0.1; done
	: >"$root/go"
	wait
	until_state "$2" 'done'
	printf '%s\n' "$(($(wc -l <"$root/count")))"
	remote=$src/backends/remote
}

test_begin() {
	fresh
	got=$(twice "$remote" r-1.begin.1)
	[ "$got" = 1 ] || fail "begun $got times"
}

test_guards() {
	# Without the folder that is the lock of an ID, more than one starter stages it.
	mkdir "$tmp/nolock" "$tmp/nobegun"
	cp "$src"/backends/remote/*.sh "$tmp/nolock"
	cp "$src"/backends/remote/*.sh "$tmp/nobegun"
	chmod u+w "$tmp/nolock"/* "$tmp/nobegun"/*
	sed -i 's/if mkdir "$tw_ids\/$j_id" 2>\/dev\/null && ! tw_find "$j_id" && tw_stager &&/if true \&\&/' "$tmp/nolock/job.sh"
	cmp -s "$tmp/nolock/job.sh" "$src/backends/remote/job.sh" && fail 'the lock is not where it was'
	got=$(race "$tmp/nolock" 5)
	[ "$got" != '5 5 0' ] || fail 'nobody noticed that the lock of an ID was gone'
	# Without the folder that says "begun", those who find it staged run it again.
	sed -i 's/^mkdir "$d\/begun" 2>\/dev\/null || exit 0$/mkdir -p "$d\/begun"/' "$tmp/nobegun/run.sh"
	cmp -s "$tmp/nobegun/run.sh" "$src/backends/remote/run.sh" && fail 'the begin lock is not where it was'
	fresh
	got=$(twice "$tmp/nobegun" r-1.begin.2)
	[ "$got" -gt 1 ] || fail 'nobody noticed that the begin lock was gone'
}

test_upload() {
	step=$tmp/good
	fresh
	answer=$(run 'job r-1.cut.1 "j_end="')
	has "$answer" 'refused the upload is not complete'
	answer=$(run 'job r-1.cut.1 "j_step=\"\${j_step%????????????????????}\""')
	has "$answer" 'refused the upload is damaged'
	answer=$(run 'tw_job_look r-1.cut.1 0 0')
	has "$answer" 'state none'
	# The stream itself cut off in the middle of the request: sh never runs what it could not
	# read to its end.
	printf "job r-1.cut.1 'j_undo=1" >"$tmp/half.$shell_name"
	cat "$tmp/do.sh" "$tmp/half.$shell_name" | sed 's/^eval "$1"$//' >"$tmp/half.$shell_name.sh"
	env root="$root" PATH="$bin:$PATH" remote="$remote" step="$step" $shell <"$tmp/half.$shell_name.sh" >/dev/null 2>&1
	answer=$(run 'tw_job_look r-1.cut.1 0 0')
	has "$answer" 'state none'
	[ ! -e "$root/count" ] || fail 'a cut upload ran'
}

test_names() {
	step=$tmp/good
	fresh
	for bad in '' . .. ../x a/b '-x' .x 'a b' "a'b" A 'a;b' "$(printf 'a\nb')" a..b \
		"$(printf '%0200d' 0)"; do
		answer=$(run "job '$(printf '%s' "$bad" | sed "s/'/'\\\\''/g")'")
		has "$answer" 'refused not a job ID'
	done
	[ -z "$(ls "$root/run/twistertui/ids")" ] || fail 'a bad ID left something'
}

test_previous() {
	step=$tmp/slow.$shell_name
	cat >"$step" <<'END'
plan() { echo p; }
check() { false; }
apply() { echo "$it" >>"$root/count"; while [ ! -e "$root/go" ]; do sleep 0.1; done; }
verify() { :; }
END
	fresh
	run 'job r-1.slow.1' >/dev/null
	until_state r-1.slow.1 running
	answer=$(run 'job r-1.slow.2 j_previous=r-1.slow.1')
	has "$answer" 'refused r-1.slow.1 is running'
	: >"$root/go"
	until_state r-1.slow.1 'done'
	answer=$(run 'job r-1.slow.2 j_previous=r-1.slow.1')
	has "$answer" 'existed 0'
	# An attempt that the server knows nothing of can no longer come after the next one.
	answer=$(run 'job r-1.slow.9 j_previous=r-1.slow.8')
	has "$answer" 'existed 0'
	answer=$(run 'job r-1.slow.8')
	has "$answer" 'refused r-1.slow.8 was taken before and never staged'
	until_state r-1.slow.9 'done'
	[ "$(wc -l <"$root/count")" = 3 ] || fail "slow ran $(wc -l <"$root/count") times, not 3"
}

test_changed() {
	step=$tmp/good
	fresh
	run 'digest=0000; job r-1.changed.1' >/dev/null
	until_state r-1.changed.1 'done'
	has "$answer" 'result changed'
	has "$answer" 'would make done'
	has "$answer" 'say =planned =a%20b'
	[ ! -e "$root/count" ] || fail 'ran although its plan was not what was confirmed'
	# Taken out, the guard is missed:
	mkdir "$tmp/noplan.$shell_name"
	cp "$src"/backends/remote/*.sh "$tmp/noplan.$shell_name"
	chmod u+w "$tmp/noplan.$shell_name"/*
	sed -i 's/|| \[ "$sum" != "$digest" \]; then/; then/' "$tmp/noplan.$shell_name/run.sh"
	remote=$tmp/noplan.$shell_name
	run 'digest=0000; job r-1.changed.2' >/dev/null
	until_state r-1.changed.2 'done'
	remote=$src/backends/remote
	[ -e "$root/count" ] || fail 'the plan guard is not where it was'
}

# verify decides; what a failure left is told apart.
test_failures() {
	step=$tmp/fails.$shell_name
	cat >"$step" <<'END'
plan() { cat "$root/state" 2>/dev/null; :; }
check() { grep -q new "$root/state" 2>/dev/null; }
apply() { [ -e "$root/nothing" ] || echo half >"$root/state"; return 1; }
verify() { [ -e "$root/fine" ]; }
undo() { [ ! -e "$root/stuck" ] || return 1; rm -f "$root/state"; }
END
	fresh
	run 'job r-1.fails.1' >/dev/null
	until_state r-1.fails.1 'done'
	has "$answer" 'result half'
	has "$answer" 'parts 0 1 1 -1'
	rm "$root/state"
	: >"$root/state"
	run 'job r-1.fails.2 j_undo=1' >/dev/null
	until_state r-1.fails.2 'done'
	has "$answer" 'result undone'
	has "$answer" 'parts 0 1 1 0'
	: >"$root/state"
	: >"$root/nothing"
	run 'job r-1.fails.3 j_undo=1' >/dev/null
	until_state r-1.fails.3 'done'
	has "$answer" 'result unchanged'
	has "$answer" 'parts 0 1 1 -1'
	rm "$root/nothing"
	: >"$root/stuck"
	run 'job r-1.fails.4 j_undo=1' >/dev/null
	until_state r-1.fails.4 'done'
	has "$answer" 'result half'
	: >"$root/state"
	: >"$root/fine"
	run 'job r-1.fails.5 j_undo=1' >/dev/null
	until_state r-1.fails.5 'done'
	has "$answer" 'result ok'
	has "$answer" 'parts 0 1 0 -1'
	# An undo that says no and changes nothing: what was done stands, as check says; nothing is half-way.
	echo new >"$root/state"
	run 'job r-1.fails.5.undo "j_kind=undo j_digest= j_previous=r-1.fails.5"' >/dev/null
	until_state r-1.fails.5.undo 'done'
	has "$answer" 'result unchanged'
	has "$answer" 'parts -1 -1 1 1'
	echo half >"$root/state"
	run 'job r-1.fails.6.undo "j_kind=undo j_digest= j_previous=r-1.fails.5"' >/dev/null
	until_state r-1.fails.6.undo 'done'
	has "$answer" 'result half'
}

# A child that ignores TERM, in the group: it is ended all the same.
test_cancel() {
	step=$tmp/endless.$shell_name
	cat >"$step" <<'END'
plan() { :; }
check() { false; }
apply() { echo begun; sh -c 'trap "" TERM; echo $$ >"$0/child"; while :; do sleep 1; done' "$root"; }
verify() { :; }
undo() { echo back; }
END
	fresh
	run 'job r-1.endless.1' >/dev/null
	# Each part has that limit, and its plan must not meet it where everything is slow.
	run 'job r-1.endless.2 "j_undo=1 j_limit=5"' >/dev/null
	until_state r-1.endless.1 running
	until [ -s "$root/child" ]; do sleep 0.1; done
	run 'tw_job_cancel r-1.endless.1 0 0' >/dev/null
	until_state r-1.endless.1 'done'
	has "$answer" 'result cancelled'
	until_state r-1.endless.2 'done'
	has "$answer" 'result unchanged'
	has "$answer" 'parts 0 124 -1 -1'
	for p in /proc/[0-9]*; do
		{ tr "\\0" "\\n" <"$p/environ"; } 2>/dev/null | grep -q "^root=$root\$" || continue
		case $({ tr "\\0" " " <"$p/cmdline"; } 2>/dev/null) in
		*'trap "" TERM'*) fail "$p was left behind" ;;
		esac
	done
	# One that never began never will.
	run 'tw_launch() { :; }; job r-1.endless.3' >/dev/null
	run 'tw_job_cancel r-1.endless.3 0 0' >/dev/null
	answer=$(run 'job r-1.endless.3')
	has "$answer" 'existed 1'
	has "$answer" 'result cancelled'
}

# A step that says so has longer than the others to end by itself.
test_grace() {
	step=$tmp/tidy.$shell_name
	cat >"$step" <<'END'
plan() { :; }
check() { false; }
apply() {
	trap 'sleep 3; : >"$root/tidied"; exit 1' TERM
	: >"$root/begun"
	while :; do sleep 0.2; done
}
verify() { :; }
undo() { :; }
END
	fresh
	run 'job r-1.tidy.1 "j_grace=60"' >/dev/null
	until [ -e "$root/begun" ]; do sleep 0.1; done
	run 'tw_job_cancel r-1.tidy.1 0 0' >/dev/null
	until_state r-1.tidy.1 'done'
	has "$answer" 'result cancelled'
	[ -e "$root/tidied" ] || fail 'it was killed while it tidied up'
}

# Crashes, told apart.
test_lost() {
	step=$tmp/slow.$shell_name
	fresh
	run 'job r-1.slow.1' >/dev/null
	until_state r-1.slow.1 running
	until [ -s "$root/count" ]; do sleep 0.1; done
	d=$(place r-1.slow.1)
	read -r boot runner start <"$d/begun/who"
	kill -KILL "$runner"
	answer=$(run 'tw_job_look r-1.slow.1 0 0')
	has "$answer" 'state running' # its part still is
	read -r _ group _ <"$d/group"
	# Another process with that number: the start time tells them apart.
	cp "$d/group" "$tmp/group.$shell_name"
	printf '%s %s %s\n' "$boot" $$ 1 >"$d/group"
	printf '%s %s %s\n' "$boot" $$ 1 >"$d/begun/who"
	answer=$(run 'tw_job_look r-1.slow.1 0 0')
	has "$answer" 'state lost'
	cp "$tmp/group.$shell_name" "$d/group"
	# Another boot: whatever has that number now is not it.
	printf 'other %s %s\n' "$group" "$start" >"$d/group"
	answer=$(run 'tw_job_look r-1.slow.1 0 0')
	has "$answer" 'state lost'
	cp "$tmp/group.$shell_name" "$d/group"
	run 'tw_job_cancel r-1.slow.1 0 0' >/dev/null
	answer=$(run 'tw_job_look r-1.slow.1 0 0')
	has "$answer" 'state lost'
	kill -0 "$group" 2>/dev/null && fail 'cancel left the part of a dead runner'
	answer=$(run 'job r-1.slow.1')
	has "$answer" 'existed 1'
	[ "$(wc -l <"$root/count")" = 1 ] || fail 'a lost job ran again'
	# Taken, but never published: by somebody who is gone, or long ago.
	mkdir "$root/run/twistertui/ids/r-1.slow.2" "$root/run/twistertui/ids/r-1.slow.3"
	printf '%s %s %s\n' "$boot" $$ 1 >"$root/run/twistertui/ids/r-1.slow.3/who"
	answer=$(run 'tw_job_look r-1.slow.3 0 0')
	has "$answer" 'state lost'
	touch -d '5 minutes ago' "$root/run/twistertui/ids/r-1.slow.2"
	answer=$(run 'tw_job_look r-1.slow.2 0 0')
	has "$answer" 'state lost'
}

# Joined in pieces at offsets, the output is what was printed, byte by byte; what is too much is
# dropped in the middle.
test_output() {
	step=$tmp/noisy.$shell_name
	cat >"$step" <<'END'
plan() { :; }
check() { false; }
apply() { seq 1 60000; printf 'a\000b'; }
verify() { :; }
END
	fresh
	run 'job r-1.noisy.1' >/dev/null
	until_state r-1.noisy.1 'done'
	: >"$tmp/joined.$shell_name"
	offset=0
	while :; do
		run "tw_job_look r-1.noisy.1 $offset 0" >"$tmp/piece.$shell_name"
		head=$(sed '/^$/q' "$tmp/piece.$shell_name" | wc -c)
		[ "$(wc -c <"$tmp/piece.$shell_name")" -gt "$head" ] || break
		tail -c "+$((head + 1))" "$tmp/piece.$shell_name" >>"$tmp/joined.$shell_name"
		offset=$(wc -c <"$tmp/joined.$shell_name")
	done
	want=$( { seq 1 60000; printf 'a\000b'; } | md5sum)
	[ "$want" = "$(md5sum <"$tmp/joined.$shell_name")" ] || fail 'pieces do not make the output'
	[ -s "$(place r-1.noisy.1)/times" ] || fail 'no times were kept'
}

test_cap() {
	step=$tmp/huge.$shell_name
	cat >"$step" <<'END'
plan() { :; }
check() { false; }
apply() { head -c 50000000 /dev/zero; sleep 1.2; head -c 50000000 /dev/zero; sleep 2.5; echo end; }
verify() { :; }
END
	fresh
	run 'job r-1.huge.1' >/dev/null
	until_state r-1.huge.1 'done'
	has "$answer" 'size 100000004'
	has "$answer" 'gap 33554432 '
	answer=$(run 'tw_job_look r-1.huge.1 40000000 0' | tr -d '\000')
	hasnt "$answer" 'from 40000000'
	answer=$(run 'tw_job_look r-1.huge.1 100000000 0')
	has "$answer" "

end"
	kib=$(du -k "$(place r-1.huge.1)/out" | cut -f1)
	[ "$kib" -le 66000 ] || fail "$kib KiB were kept"
}

test_places() {
	step=$tmp/good
	fresh
	# Less than 64 MiB free in /var/lib: in /run, and it says so.
	run 'tw_free_kib() { case $1 in */var/lib/*) echo 65535 ;; *) echo 99999 ;; esac; }
		job r-1.full.1' >/dev/null
	until_state r-1.full.1 'done'
	has "$answer" 'volatile 1'
	has "$answer" 'result ok'
	answer=$(run 'job r-1.full.1')
	has "$answer" 'existed 1'
	# Folders that others could have put there are refused.
	for bad in jobs runs; do
		fresh
		mkdir -p "$root/elsewhere"
		rm -rf "$root/var/lib/twistertui/$bad"
		ln -s "$root/elsewhere" "$root/var/lib/twistertui/$bad"
		answer=$(run 'job r-1.link.1')
		has "$answer" 'is not a safe place'
		[ -z "$(ls "$root/elsewhere")" ] || fail "wrote through a symlink $bad"
	done
	fresh
	chmod 777 "$root/var/lib/twistertui/jobs"
	answer=$(run 'job r-1.open.1')
	has "$answer" 'is not a safe place'
	fresh
	ln -s "$root/elsewhere" "$root/var/lib/twistertui/jobs/r-1.link.1"
	answer=$(run 'job r-1.link.1')
	hasnt "$answer" 'existed 1'
	# As a user.
	fresh
	kind=user run 'tw_lock_take s1 me@here 0; job r-1.user.1' >/dev/null
	kind=user
	export kind
	until_state r-1.user.1 'done'
	unset kind
	has "$answer" 'result ok'
	[ -d "$root/home/.local/state/twistertui/jobs/r-1.user.1" ] || fail 'no job in the home'
}

# Where systemd runs, it starts the runner, out of reach of sshd and logind; where that fails,
# setsid does.
test_systemd() {
	step=$tmp/good
	fresh
	mkdir -p "$root/run/systemd/system"
	cat >"$bin/systemd-run" <<'END'
#!/bin/sh
echo "$*" >>"$root/systemd"
while case $1 in -*) ;; *) false ;; esac; do shift; done
env -i TW=1 setsid "$@" </dev/null >/dev/null 2>&1 &
END
	chmod +x "$bin/systemd-run"
	run 'job r-1.unit.1' >/dev/null
	until_state r-1.unit.1 'done'
	has "$answer" 'result ok'
	has "$(cat "$root/systemd")" '--unit=twistertui-r-1.unit.1'
	has "$(cat "$root/systemd")" 'KillMode=process'
	printf '#!/bin/sh\nexit 1\n' >"$bin/systemd-run"
	run 'job r-1.unit.2' >/dev/null
	until_state r-1.unit.2 'done'
	has "$answer" 'result ok'
	rm "$bin/systemd-run"
}

# What ended over 30 days ago goes, unless its run is open; what runs, never.
test_purge() {
	step=$tmp/good
	fresh
	run 'tw_run_open p "{}" s1; tw_run_open p "{}" s1; tw_run_close p-2 finished "{}" s1' >/dev/null
	for id in p-1.good.1 p-2.good.1 p-2.good.2; do
		run "job $id" >/dev/null
		until_state $id 'done'
	done
	touch -d '31 days ago' "$(place p-1.good.1)" "$(place p-2.good.1)"
	mkdir "$root/var/lib/twistertui/jobs/.stage.old"
	touch -d '3 days ago' "$root/var/lib/twistertui/jobs/.stage.old"
	run tw_purge
	answer=$(find "$root/var/lib/twistertui/jobs" -mindepth 1 -maxdepth 1 | sed 's|.*/||' | sort | tr '\n' ' ')
	[ "$answer" = 'p-1.good.1 p-2.good.2 ' ] || fail "purge left $answer"
	# Its ID is not free again.
	answer=$(run 'job p-2.good.1')
	has "$answer" 'refused p-2.good.1 was taken before'
}

test_lock() {
	step=$tmp/good
	fresh
	answer=$(run 'tw_lock_take s2 other 0')
	has "$answer" 'lock ours' # the shell of s1 has gone: it was stale
	answer=$(run 'job r-1.lock.1')
	has "$answer" 'refused this console does not hold the lock'
	# A shell that lives keeps it, unless by force.
	env root="$root" remote="$remote" step=$step $shell "$tmp/do.sh" \
		'tw_lock_take s3 third 1; while [ ! -e "$root/go" ]; do sleep 0.1; done' >/dev/null 2>&1 &
	until grep -q s3 "$root/run/twistertui/lock/owner" 2>/dev/null; do sleep 0.1; done
	answer=$(run 'tw_lock_take s2 other 0')
	has "$answer" 'lock held'
	has "$answer" 'third'
	answer=$(run 'tw_lock_look s3') # a look takes nothing
	has "$answer" 'lock ours'
	answer=$(run 'tw_lock_look s2')
	has "$answer" 'lock held'
	answer=$(run 'tw_lock_take s3 third 0')
	has "$answer" 'lock ours'
	: >"$root/go"
	wait
	answer=$(run 'tw_lock_take s2 other 1')
	has "$answer" 'lock ours'
	answer=$(run 'tw_lock_release s1')
	hasnt "$answer" 'lock none'
	answer=$(run 'tw_lock_release s2')
	has "$answer" 'lock none'
	# Runs: the lowest number never used, by whoever holds the lock.
	run 'tw_lock_take s1 me 0' >/dev/null
	answer=$(run 'tw_run_open 1-foundation "{}" s1; tw_run_open 1-foundation "{}" s1')
	has "$answer" 'run 1-foundation-2'
	answer=$(run 'tw_run_open 1-foundation "{}" s9')
	has "$answer" 'refused'
	run 'tw_run_close 1-foundation-1 finished "{\"why\":1}" s1' >/dev/null
	run 'job 1-foundation-2.good.1' >/dev/null
	until_state 1-foundation-2.good.1 'done'
	answer=$(run tw_runs)
	has "$answer" "run 1-foundation-1
run-state finished
run-meta {\"why\":1}"
	has "$answer" "run 1-foundation-2
run-state open"
	has "$answer" 'id 1-foundation-2.good.1'
	answer=$(run 'tw_run_open 1-foundation "{}" s1')
	has "$answer" 'run 1-foundation-3'
}

test_probe() {
	step=$tmp/good
	fresh
	answer=$(run 'tw_probe 1 "" "plan() { sleep 30; }" plan'; printf '%s' "$?")
	has "$answer" 124
	# On a slow server a second's sleep takes longer than that: the clock says when the time is over.
	mkdir -p "$root/proc"
	echo '7.00 1.00' >"$root/proc/uptime"
	answer=$(run 'tw_proc=$root/proc
		sleep() {
			echo >>"$root/sleeps"
			read -r u _ <"$tw_proc/uptime"
			echo "$((${u%.*} + 20)).00 1.00" >"$tw_proc/uptime"
			command sleep 0.2
		}
		tw_probe 50 "" "plan() { command sleep 90; }" plan'; printf '%s' "$?")
	has "$answer" 124
	[ "$(wc -l <"$root/sleeps")" -lt 10 ] || fail "50 s were $(wc -l <"$root/sleeps") times 20 s"
	answer=$(run 'tw_probe 5 "" "plan() { if" plan'; printf ' %s' "$?")
	hasnt "$answer" ' 0'
	answer=$(run 'tw_probe 5 "x='"'\\\$(touch \$root/pwned) b'"'" "plan() { echo \$x; say a \"\$x\"; printf end; }" plan')
	[ ! -e "$root/pwned" ] || fail 'a parameter ran'
	has "$answer" 'M say =a'
	has "$answer" 'end'
	# What a step says inside a command substitution does not get lost in it.
	answer=$(run 'tw_probe 5 "" "plan() { x=\$(say inner; echo v); echo got \$x; }" plan')
	has "$answer" 'got v'
	# A line on the input of the shell that asks ends it, long before its time, and that shell goes on.
	begun=$(date +%s)
	answer=$({
		printf 'tw_frame=F tw_mark=M tw_kind=root tw_patience=1 tw_step_sh=:\n'
		cat "$remote/shell.sh" "$remote/probe.sh"
		printf '%s\n' "tw_ask 1 'tw_probe 100 \"\" \"plan() { : >\\\$root/begun; sleep 90; echo late; }\" plan'"
		tries=0
		until [ -e "$root/begun" ] || [ $tries -ge 300 ]; do
			sleep 0.1
			tries=$((tries + 1))
		done
		printf ':\n%s\n' "tw_ask 2 'echo next'"
	} | env root="$root" PATH="$bin:$PATH" $shell 2>>"$tmp/err")
	has "$answer" 'F> 2
next'
	hasnt "$answer" late
	hasnt "$answer" 'F< 1 0'
	[ $(($(date +%s) - begun)) -lt 60 ] || fail 'the probe was not ended'
}

all() { # SHELL
	shell=$1
	shell_name=${shell%% *}
	remote=$src/backends/remote
	bin=$tmp/bin.$shell_name
	mkdir "$bin"
	# What is started as `sh` is that shell, too.
	ln -s "$(command -v "${shell%% *}")" "$bin/sh"
	# Syncing a disk that is busy with other tests takes most of the time; on one shell is
	# enough.
	[ "$shell_name" = bash ] || ln -s "$(command -v true)" "$bin/sync"
	for t in good upload names previous changed failures cancel grace lost output places systemd purge lock probe begin race \
		$2; do
		begun=$(date +%s)
		"test_$t"
		[ -z "${JOB_TEST_TIMES-}" ] || printf '%s %s %s s\n' "$shell_name" "$t" $(($(date +%s) - begun))
	done
	return $failed
}

more='cap guards synced' # on one of them is enough
all_of_them=
for name in ${TEST_SHELLS:-dash}; do
	case $name in
	bash) name='bash --posix' ;;
	busybox) name='busybox sh' ;;
	esac
	all "$name" "$more" &
	all_of_them="$all_of_them $!"
	more=
done
for p in $all_of_them; do
	wait $p || failed=1
done
[ $failed = 0 ] || tail -n 20 "$tmp/err" >&2
exit $failed
