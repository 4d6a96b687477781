#!/bin/sh
# guards.sh [NAME...]: takes the guards out one by one, each from a copy of the tree, and says which test notices. Not
# part of make check: it builds the program once for each. `make guards`, or `make guards GUARDS="mask token"`.
# Prints a table; exit status 1 when a guard is not missed by any test, or is not where this script looks for it.
# shellcheck disable=SC2016 # what is in single quotes is for sed
set -u
src=${TOP_SRCDIR:-$(cd "$(dirname "$0")/.." && pwd)}
export LC_ALL=C.UTF-8
tmp=$(mktemp -d "${TMPDIR:-/tmp}/guards.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
wanted=" $* "
table=$tmp/table
failed=0
: >"$table"

prepare() {
	mkdir "$tmp/src" "$tmp/b" || exit 99
	(cd "$src" && tar -cf - --exclude=.git --exclude=autom4te.cache --exclude=./build .) | (cd "$tmp/src" && tar -xf -)
	[ -x "$tmp/src/configure" ] || (cd "$tmp/src" && autoreconf -fi >/dev/null 2>&1)
	(cd "$tmp/b" && ../src/configure CFLAGS='-O0 -g0' >"$tmp/log" 2>&1 && make -j2 >>"$tmp/log" 2>&1) ||
		{ cat "$tmp/log"; exit 99; }
}

# passes TEST: runs one, as make check would.
passes() {
	case $1 in
	*.sh) program=$tmp/src/tests/$1 ;;
	*)
		program=$tmp/b/tests/$1
		(cd "$tmp/b" && make "tests/$1") >"$tmp/log" 2>&1 || { echo "does not build" >>"$tmp/log"; return 2; }
		;;
	esac
	(cd "$tmp/b" && TOP_SRCDIR=$tmp/src TOP_BUILDDIR=$tmp/b CC=${CC:-cc} timeout 120 "$program") >"$tmp/log" 2>&1
}

# guard NAME FILE SED 'TEST...': what the guard is for stands in the call's comment.
guard() {
	case $wanted in
	'  ' | *" $1 "*) ;;
	*) return ;;
	esac
	file=$tmp/src/$2
	cp -p "$file" "$tmp/kept"
	sed -E "$3" "$tmp/kept" >"$file"
	if cmp -s "$file" "$tmp/kept"; then
		caught='NOT FOUND in the source: mend guards.sh'
		failed=1
	elif ! (cd "$tmp/b" && make twistertui) >"$tmp/log" 2>&1; then
		tail -5 "$tmp/log" >&2
		caught='DOES NOT BUILD: mend guards.sh'
		failed=1
	else
		caught=
		for test in $4; do
			passes "$test" || caught="$caught $test"
		done
		[ -n "$caught" ] || { caught='NOT CAUGHT'; failed=1; }
	fi
	printf '%-14s %-30s %s\n' "$1" "$2" "$caught" | tee -a "$table"
	cat "$tmp/kept" >"$file"
}

prepare

# Whoever comes second with a job's ID finds it taken.
guard ids backends/remote/job.sh 's/if mkdir "\$tw_ids\/\$j_id" 2>\/dev\/null && ! tw_find "\$j_id"/if true/' 'job.test.sh'
# A job that was started twice begins once.
guard begun backends/remote/run.sh 's/^mkdir "\$d\/begun" 2>\/dev\/null \|\| exit 0$/mkdir -p "$d\/begun"/' 'job.test.sh'
# What was confirmed is what runs.
guard digest backends/remote/run.sh '0,/\|\| \[ "\$sum" != "\$digest" \]; then/s//; then/' 'job.test.sh test_walk_fail'
# A result is there whole or not at all.
guard rename backends/remote/run.sh \
	's/>"\$d\/\$file\.new" && mv "\$d\/\$file\.new" "\$d\/\$file"/>"$d\/$file"/' 'job.test.sh test_walk_proof'
# A job's folder is there whole or not at all.
guard stage backends/remote/job.sh 's/^(\ttw_new=)\$\(mktemp .*$/\1$tw_into\/jobs\/$j_id; mkdir -p "$tw_new"/' 'job.test.sh'
# An upload that was cut off is no job.
guard sentinel backends/remote/job.sh 's/^\t\[ "\$\{j_end-\}" = "end \$j_id" \] \|\|.*$/\t:/' 'job.test.sh'
# Attempt n+1 waits for the end of attempt n.
guard previous backends/remote/job.sh 's/^\ttw_previous \|\| return$/\t:/' 'job.test.sh'
# Two consoles do not both change the server.
guard lock backends/remote/job.sh 's/^\ttw_lock_ours "\$j_session" \|\|.*$/\t:/' 'job.test.sh'
# verify decides, not what apply returned.
guard verify backends/remote/run.sh 's/^\t\t\[ "\$parts_verify" -eq 0 \] && finish ok/\t\t[ "$parts_apply" -eq 0 ] \&\& finish ok/' \
	'job.test.sh test_walk_fail'

# Secrets stand in nothing that is kept: in no output, no record, no log.
guard mask base/mask.c '/^int mask_add/,/^}/s/^\tif \(n < MASK_MIN\)$/\tif (n)\n\t\treturn 0;\n&/' \
	'test_mask test_store test_log test_walk_root'
# Outputs: split across reads.
guard mask-output runbook/store_output.c \
	's/^\tmask_stream_feed\(o->stream, bytes, n, &o->held\);/\tbuf_add(\&o->held, bytes, n);/; s/^\tmask_bytes\(m, buf_str\(&clean\), clean\.len, &masked\);/\tbuf_add(\&masked, clean.data, clean.len);/' \
	'test_store test_walk_root'
# Records.
guard mask-record runbook/store_file.c 's/^\tmask_bytes\(m, s, strlen\(s\), &masked\);/\tbuf_adds(\&masked, s);/; s/^\tchar \*out = mask_dup\(m, buf_str\(&clean\)\);/\tchar *out = strdup(buf_str(\&clean));/' \
	'test_store test_walk_root'
# Escape sequences of a server reach no screen and no file.
guard sanitiser base/text.c '/^static const unsigned char \*clean_control/,/^}/s/^\tdefault:$/\tcase 0x07:\n\t\tcleaner_put(c, p, 1);\n\t\treturn p + 1;\n&/; s/^\t\treturn skip_escape\(p, end\);/\t\tcleaner_put(c, p, 1);\n\t\treturn p + 1;/' \
	'test_text test_collect_hostile'
# Bidirectional overrides and characters without width.
guard invisible base/text.c 's/^\tif \(is_invisible\(code\)\)$/\tif (0 \&\& is_invisible(code))/' 'test_text'
# The sentence of a step may hold escape sequences, too.
guard clean-lines base/text.c '/^void text_clean_lines/,/^}/s/^\tclean\(.*$/\tbuf_add(out, bytes, n < max ? n : max);/' \
	'test_text test_walk_root'

# "About to run" is on disk before the job starts.
guard ticket runbook/checklist_job.c 's/^static void stage_record\(/static void start(struct checklist *c);\n&/; s/^\tc->ticket = record_job_start\(.*$/&\n\tif (c->ticket) {\n\t\tstart(c);\n\t\tfree(job);\n\t\treturn;\n\t}/' \
	'test_checklist'
guard ticket-same runbook/checklist_job.c 's/ \|\| ev->ticket != c->ticket\)/)/' 'test_checklist'
# The word that was typed: in the dialog, and where it is confirmed.
guard word-dialog tui/dialog.c 's/strcmp\(typed, d->word\) == 0/1/' 'test_walk test_screen_parts'
guard word runbook/checklist_confirm.c \
	's/^\tif \(kind == CONFIRM_TYPE && .*$/\tif (0)/' 'test_checklist'
guard yes runbook/checklist_confirm.c 's/^\tif \(kind == CONFIRM_YES && .*$/\tif (0)/' 'test_checklist'
# Both taken out at once would let Enter run a step: the focus is on Cancel.
guard focus tui/dialog.c 's/finish\(a, d, current == 1\)/finish(a, d, true)/' 'test_walk test_screen_parts'
# Keys typed before a question stood there answer nothing.
guard typed-ahead tui/dialog.c 's/^\t\tinput_flush\(&a->loop->input\);/\t\t;/; s/^\tif \(!d->painted\)$/\tif (0)/' 'test_walk test_screen_parts'
# A plan that is not the one that was shown is not confirmed.
guard plan-shown runbook/checklist_confirm.c 's/ \|\| e->plan_ms != plan_ms\)/)/' 'test_checklist'
# The password goes to sudo's prompt with our token, never blindly.
guard token backends/server_root.c \
	's/^\tat = memmem\(r->err->data \+ r->seen, .*$/\tat = (const char *)r->err->data + r->seen;/' 'test_server'
# ... nor before anything asked.
guard blindly backends/server_root.c \
	'/^void root_open/,/^}/s/^\tfree\(command\);/&\n\tif (r->given)\n\t\tsend_password(s, r->given, r->given_len);/; s/^static void send_password\(struct/void send_password(struct/; s/^void root_password\(/void send_password(struct server *s, const char *password, size_t n);\n&/' \
	'test_server'
# Only watching is only watching: in the console, and in the server's thread.
guard read-only runbook/checklist_confirm.c 's/^\tif \(c->o\.read_only\)$/\tif (0)/' 'test_checklist'
guard read-only-job backends/server_job.c 's/^\tif \(s->read_only\)$/\tif (0)/; s/start_text && \(s->read_only \|\| /start_text \&\& (/' 'test_server'
guard read-only-root backends/server_root.c 's/^\tif \(s->read_only\) \{$/\tif (0) {/' 'test_server test_walk_root'

echo
echo "guard          taken out of                   caught by"
cat "$table"
exit $failed
