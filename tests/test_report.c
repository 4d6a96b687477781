/* The report: all of it from the journals, nothing else in it, and nothing in it that is not text. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mask.h"
#include "runbook/journal.h"
#include "runbook/markdown.h"
#include "runbook/report.h"
#include "runbook/store.h"
#include "tests/scratch.h"

#define RUN "1-foundation-1"
#define G (1024.0 * 1024 * 1024)
static const char digest_a[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
static const char digest_b[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

struct fixture {
	char *state;
	struct mask *mask;
	struct store *store;
	char session[SESSION_ID_SIZE];
	const char *run; /* added to records, or NULL */
};

static void remove_tree(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;
	while (d && (entry = readdir(d))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		char *child = xasprintf("%s/%s", path, entry->d_name);
		if (unlink(child) != 0)
			remove_tree(child);
		free(child);
	}
	if (d)
		closedir(d);
	rmdir(path);
}

static void open_store(struct fixture *f)
{
	struct err e = {0};
	session_id_new(f->session);
	if (store_open(f->state, "edgeserver", f->session, f->mask, &f->store, &e) != 0)
		fail_msg("%s", e.text);
}

static void close_store(struct fixture *f, const char *why)
{
	store_close(f->store, why);
	f->store = NULL;
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	f->state = xasprintf("%s/test_report.XXXXXX", scratch());
	assert_non_null(mkdtemp(f->state));
	f->mask = mask_new();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	store_close(f->store, "quit");
	remove_tree(f->state);
	mask_free(f->mask);
	free(f->state);
	free(f);
	return 0;
}

/* A record from JSON written with ' for ". */
static void record(struct fixture *f, const char *kind, const char *json)
{
	struct err e = {0};
	char *text = xstrdup(json);
	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	cJSON *o = json_parse(text, strlen(text), kind, &e);
	if (!o)
		fail_msg("%s: %s", json, e.text);
	if (f->run)
		cJSON_AddStringToObject(o, "run", f->run);
	cJSON_AddStringToObject(o, "phase", "1-foundation");
	store_record(f->store, kind, o);
	free(text);
}

static void facts(struct fixture *f, const char *step, const char *job, const char *when,
	double size, double used)
{
	char *json = xasprintf("{'when':'%s'%s%s%s%s%s%s,'facts':{"
			       "'disk.root.size':{'value':%.0f,'unit':'bytes','text':'x'},"
			       "'disk.root.used':{'value':%.0f,'unit':'bytes','text':'x'},"
			       "'pods.running':{'value':17,'unit':'count','text':'17'},"
			       "'host.kernel':{'value':null,'unit':'text','text':'5.15.0-91'},"
			       "'phase.read-speed':{'value':%s,'unit':'bytes/"
			       "s','text':'?','label':'reading speed'}}}",
		when, step ? ",'step':'" : "", step ? step : "", step ? "'" : "",
		job ? ",'job':'" : "", job ? job : "", job ? "'" : "", size, used,
		size > 120 * G ? "157286400" : "null");
	record(f, "facts", json);
	free(json);
}

/* Two sessions of one run: an extension that failed, was put back and then worked; Docker skipped. */
static void write_run(struct fixture *f)
{
	const char *job1 = RUN ".extend-lvm.1", *job2 = RUN ".extend-lvm.2";
	open_store(f);
	f->run = NULL;
	record(f, "link", "{'state':'lost','text':'refused'}"); /* never there: not a loss */
	record(f, "link", "{'state':'up','text':''}");
	record(f, "console", "{'read_only':false,'peer':'twister@192.168.0.30:22'}");
	record(f, "clock", "{'offset_ms':-1500}");
	record(f, "prepare",
		"{'step':'extend-lvm','part':'preflight','status':0,'output':'195 GiB free\\n'}");
	record(f, "prepare",
		"{'step':'extend-lvm','part':'plan','status':0,"
		"'output':'-LV size 100.00 GiB\\n+LV size 150.00 GiB\\n',"
		"'digest':'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}");
	record(f, "answered", "{'step':'extend-lvm','answer':'yes','how':'ubuntu-lv'}");
	f->run = RUN;
	record(f, "run-open",
		"{'title':'Foundation','phase_digest':"
		"'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'}");
	facts(f, NULL, NULL, "start", 98 * G, 82 * G);
	record(f, "job-start",
		"{'step':'extend-lvm','title':'Extend the root volume','job':'" RUN
		".extend-lvm.1','undo':false,'command':'apply; "
		"verify','params':{'add':'50G'},'plan_digest':"
		"'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','script_digest'"
		":"
		"'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'}");
	store_output(f->store, job1, "no space for ```metadata```\n", 28, 28);
	record(f, "cancel", "{'step':'extend-lvm'}");
	record(f, "link", "{'state':'lost','text':'reset by peer'}");
	usleep(20000);
	record(f, "link", "{'state':'up','text':''}");
	store_output_end(f->store, job1);
	record(f, "job-state",
		"{'step':'extend-lvm','job':'" RUN ".extend-lvm.1','state':'done',"
		"'result':'undone','parts':{'plan':0,'apply':5,'undo':0},'started':1770000000,"
		"'ended':1770000060,'out_size':28}");
	record(f, "step",
		"{'step':'extend-lvm','title':'Extend the root volume','state':'failed',"
		"'failure':'undone','reason':'metadata area was full','job':'" RUN ".extend-lvm.1',"
		"'attempt':1,'duration_ms':61000}");
	close_store(f, "signal 15");
	usleep(2000);

	open_store(f);
	record(f, "run-open", "{'title':'Foundation','resumed':true}");
	record(f, "job-start",
		"{'step':'extend-lvm','title':'Extend the root volume','job':'" RUN
		".extend-lvm.2','undo':false,'command':'apply; verify','plan_digest':"
		"'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}");
	facts(f, "extend-lvm", job2, "before", 98 * G, 82 * G);
	store_output(f->store, job2, "Size of logical volume changed\nresized\n", 39, 39);
	store_output_end(f->store, job2);
	record(f, "job-state",
		"{'step':'extend-lvm','job':'" RUN ".extend-lvm.2','state':'done',"
		"'result':'ok','parts':{'plan':0,'apply':0,'verify':0},'started':1770000100,"
		"'ended':1770000112,'says':['The volume has 150 GiB now']}");
	facts(f, "extend-lvm", job2, "after", 148 * G, 82 * G);
	record(f, "step",
		"{'step':'extend-lvm','title':'Extend the root volume','state':'done',"
		"'failure':'none','reason':'','job':'" RUN ".extend-lvm.2','attempt':2}");
	record(f, "skip",
		"{'step':'docker','title':'Docker for spinning disks','reason':"
		"'no window before Monday'}");
	record(f, "defer",
		"{'step':'disks','title':'Measure the disks','reason':'busy','until':'Tuesday'}");
	record(f, "note", "{'text':'hdparm is not installed'}");
	facts(f, NULL, NULL, "end", 148 * G, 82 * G);
	record(f, "criterion",
		"{'id':'space','title':'Room','test':'disk.root.size > 140G',"
		"'verdict':'met','why':'148G > 140G'}");
	record(f, "criterion",
		"{'id':'cost','title':'Nothing spent','verdict':'attested',"
		"'reason':'no invoice'}");
	record(f, "criterion",
		"{'id':'build','title':'Builds','test':'phase.build < 60m',"
		"'verdict':'unknown','why':'phase.build was not measured'}");
	record(f, "run-close", "{'state':'finished','reason':'the rest is for Monday'}");
	close_store(f, "quit");
}

static char *report(struct fixture *f, const char *what, enum report_format format)
{
	struct buf out;
	struct err e = {0};
	buf_init(&out, 0);
	if (report_find(f->state, what, format, &out, NULL, &e) != 0)
		fail_msg("%s", e.text);
	return buf_take(&out);
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("not in the report: %s\n%s", part, text);
}

static void test_run(void **state)
{
	struct fixture *f = *state;
	static const char *const parts[] = {
		"# Report: Foundation\n",
		"`edgeserver` · `twister@192.168.0.30:22`",
		"**the run was finished** · the rest is for Monday · steps: 1 done, 1 skipped, 1 "
		"deferred",
		" in 2 sessions",
		"1 min + 12 s = 1 min 12 s",
		"2 of 3 met (1 measured + 1 attested); not met 0, deferred 0, unknown 1",
		"lost 1 time, in all ",
		/* the first attempt, confirmed before the run was open */
		"**What was shown before it was confirmed**: SHA-256 `aaaaaaaa",
		"-LV size 100.00 GiB\n+LV size 150.00 GiB\n",
		"who typed `ubuntu-lv`",
		"`add` = `50G`",
		"`" RUN ".extend-lvm.1` · `apply; verify` · script SHA-256 `bbbbbbbb",
		"**failed, and was put back**. metadata area was full",
		"`plan` exit status 0, `apply` exit status 5, `undo` exit status 0",
		/* the output's own fence cannot close ours */
		"````text\nno space for ```metadata```\n````\n",
		"- **Its end was asked for**: 20",
		/* the second */
		"**done and verified**",
		"`verify` exit status 0 (verify looks at the effect",
		"  - The volume has 150 GiB now",
		"Size of logical volume changed\nresized\n",
		"size of / 98G → 148G (+50G)",
		"| size of / (`disk.root.size`) | 98G | 148G | 148G \xe2\x88\x92 98G = +50G | "
		"better |",
		"| used on / (`disk.root.used`) | 82G | 82G | unchanged |  |",
		"| reading speed (`phase.read-speed`) | ? | 150M/s | changed |  |",
		"0.75 × 148.00 GiB \xe2\x88\x92 82.00 GiB = 29.00 GiB",
		"How fast it fills was not measured here",
		"| ✓ met | Room | `disk.root.size > 140G` | 148G \\> 140G |",
		"| ✓ attested | Nothing spent | vouched for | no invoice |",
		"| ? unknown | Builds | `phase.build < 60m` | phase.build was not measured |",
		"- **skipped**: Docker for spinning disks – no window before Monday\n",
		"- **deferred**: Measure the disks – busy · until Tuesday\n",
		"- Extend the root volume (`" RUN
		".extend-lvm.1`): failed, and was put back. metadata",
		"hdparm is not installed",
		"consistent, ",
		"it was told to end (SIGTERM)",
		"The server's clock was -1.5 s from the workstation's",
	};
	write_run(f);
	char *text = report(f, "edgeserver/" RUN, REPORT_MARKDOWN);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		assert_has(text, parts[i]);
	assert_null(strstr(text, "(null)"));
	assert_null(strstr(text, "do not hold together"));
	free(text);
}

static void test_json(void **state)
{
	struct fixture *f = *state;
	struct err e = {0};
	write_run(f);
	char *text = report(f, "edgeserver/" RUN, REPORT_JSON);
	cJSON *o = json_parse(text, strlen(text), "report", &e);
	assert_non_null(o);
	assert_string_equal(json_str(o, "run"), RUN);
	assert_true(json_bool(o, "intact", false));
	assert_int_equal(cJSON_GetArraySize(json_get(o, "sessions")), 2);
	const cJSON *action = json_get(o, "actions")->child;
	assert_string_equal(json_str(action, "state"), "done");
	assert_int_equal(cJSON_GetArraySize(json_get(action, "attempts")), 2);
	const cJSON *first = json_get(action, "attempts")->child;
	assert_string_equal(json_str(first, "result"), "undone");
	assert_int_equal((int)json_num(first, "took_ms"), 60000);
	assert_string_equal(json_str(first, "shown/digest"), digest_a);
	assert_string_equal(json_str(first, "script_digest"), digest_b);
	assert_int_equal((int)json_num(first->next, "took_ms"), 12000);
	assert_true(json_num(json_get(o, "capacity"), "room") == 0.75 * 148 * G - 82 * G);
	assert_int_equal((int)json_num(o, "criteria_measured"), 1);
	cJSON_Delete(o);
	free(text);
}

/* ---- nothing that is not in the journals ---- */

/* All strings of all records, and all outputs, one after the other. */
static void gather(const cJSON *item, struct buf *all)
{
	for (; item; item = item->next) {
		if (item->string)
			buf_adds(all, item->string);
		buf_addc(all, '\n');
		if (cJSON_IsString(item))
			buf_adds(all, item->valuestring);
		buf_addc(all, '\n');
		gather(item->child, all);
	}
}

static char *everything(struct fixture *f)
{
	struct session_info *list;
	struct journal *j;
	struct buf all;
	struct err e;
	size_t n, left;
	buf_init(&all, 0);
	assert_int_equal(session_list(f->state, NULL, &list, &n, &e), 0);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(journal_read(f->state, list[i].host, list[i].session, &j, &e), 0);
		buf_addf(&all, "%s\n%s\n", j->session, j->head);
		for (size_t k = 0; k < j->nrecords; k++) {
			gather(j->records[k], &all);
			if (strcmp(json_str(j->records[k], "kind"), "output") != 0)
				continue;
			char *text = journal_output(j, j->records[k], 1 << 20, &left);
			buf_adds(&all, text);
			free(text);
		}
		journal_free(j);
	}
	session_list_free(list, n);
	return buf_take(&all);
}

/* Does this line open a code block (with its fence), stand in it, or close it? */
static bool in_block(const char *line, size_t n, size_t *fence)
{
	size_t run = 0;
	while (run < n && line[run] == '`')
		run++;
	if (*fence == 0 && run >= 3) {
		*fence = run;
		return true;
	}
	if (*fence && run >= *fence && run == n) {
		*fence = 0;
		return true;
	}
	return *fence > 0;
}

/* What stands as code, in a line or a block, is quoted: it must be found there, word for word. */
static void test_code_is_from_the_journals(void **state)
{
	struct fixture *f = *state;
	size_t spans = 0;
	write_run(f);
	char *text = report(f, "edgeserver/" RUN, REPORT_MARKDOWN), *all = everything(f),
	     *save = NULL;
	size_t fence = 0;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		size_t before = fence;
		if (in_block(line, strlen(line), &fence)) {
			if (before && fence)
				assert_non_null(strstr(all, line));
			continue;
		}
		for (char *p = line; (p = strchr(p, '`'));) {
			char *end = strchr(p + 1, '`');
			assert_non_null(end);
			char *span = xstrndup(p + 1, (size_t)(end - p) - 1);
			bool known = strcmp(span, "edgeserver") == 0 || strstr(all, span);
			if (!known)
				fail_msg("not in any journal: %s", span);
			free(span);
			spans++;
			p = end + 1;
		}
	}
	assert_true(spans > 30);
	free(text);
	free(all);
}

/* ---- hostile text ---- */

static size_t bars(const char *line, size_t n)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		count += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
	return count;
}

/* Rows of a table have as many bars as its head, and no line begins something else. */
static void assert_shape(const char *text)
{
	size_t wanted = 0, fence = 0;
	for (const char *line = text; *line;) {
		size_t n = strcspn(line, "\n");
		bool block = in_block(line, n, &fence);
		if (!block && line[0] == '|' && wanted)
			assert_int_equal(bars(line, n), wanted);
		if (!block)
			wanted = line[0] == '|' ? bars(line, n) : 0;
		line += n + (line[n] == '\n');
	}
	assert_int_equal(fence, 0);
}

static void test_hostile(void **state)
{
	struct fixture *f = *state;
	static const char evil[] =
		"x](http://evil.example) <script>alert(1)</script> | a | b |\\n# heading"
		"\\n- item\\n```\\n[a]: http://evil.example\\n";
	char *json;
	open_store(f);
	f->run = RUN;
	record(f, "run-open", "{'title':'![i](x) | *b*'}");
	const char *kinds[] = {"skip", "prepare", "step", "note", "criterion"};
	for (size_t i = 0; i < 5; i++) {
		json = xasprintf(
			"{'step':'s%zu','title':'%s','reason':'%s','until':'%s','text':'%s',"
			"'part':'check','status':1,'output':'%s','says':['%s'],'id':'c','test':'%s'"
			","
			"'why':'%s','verdict':'met','state':'blocked'}",
			i, evil, evil, evil, evil, evil, evil, evil, evil);
		record(f, kinds[i], json);
		free(json);
	}
	close_store(f, evil);
	char *text = report(f, NULL, REPORT_MARKDOWN);
	assert_shape(text);
	/* outside of code, all that could begin a link or an element is escaped */
	size_t block_fence = 0;
	for (char *line = text; *line;) {
		size_t n = strcspn(line, "\n"), fence = 0;
		bool block = in_block(line, n, &block_fence), code = false;
		for (size_t i = 0; i < n && !block; i++) {
			size_t run = strspn(line + i, "`");
			if (run && (!code || run == fence)) {
				code = !code;
				fence = run;
				i += run - 1;
				continue;
			}
			if (code || (i && line[i - 1] == '\\'))
				continue;
			assert_true(line[i] != '<' && line[i] != '[' && line[i] != ']');
			assert_int_not_equal(strncmp(line + i, "://", 3), 0);
		}
		assert_false(strncmp(line, "# heading", 9) == 0 && !block);
		line += n + (line[n] == '\n');
	}
	free(text);
}

static void test_markdown(void **state)
{
	static const struct {
		const char *in, *text, *code;
	} cases[] = {
		{"plain words", "plain words", "`plain words`"},
		{"a|b\\", "a\\|b\\\\", "`a\\|b\\`"},
		{"1. x", "1\\. x", "`1. x`"},
		{"- x", "\\- x", "`- x`"},
		{"1.5 GiB - 2", "1\\.5 GiB - 2", "`1.5 GiB - 2`"},
		{"a\nb", "a b", "`a b`"},
		{"me@example.org", "`me@example.org`", "`me@example.org`"},
		{"`x`", "`` `x` ``", "`` `x` ``"},
		{"", "–", "–"},
		{"   ", "–", "–"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf b;
		buf_init(&b, 0);
		md_text(&b, cases[i].in);
		assert_string_equal(buf_str(&b), cases[i].text);
		buf_reset(&b);
		md_cell_code(&b, cases[i].in);
		assert_string_equal(buf_str(&b), cases[i].code);
		buf_clear(&b);
	}
}

/* ---- records that do not hold together, and empty ones ---- */

static void test_broken(void **state)
{
	struct fixture *f = *state;
	write_run(f);
	char *path = xasprintf("%s/edgeserver/%s/journal.jsonl", f->state, f->session);
	FILE *io = fopen(path, "r+e");
	char text[8192] = "";
	assert_true(fread(text, 1, sizeof(text) - 1, io) > 0);
	char *at = strstr(text, "\"ok\"");
	assert_non_null(at);
	fseek(io, at - text, SEEK_SET);
	fputs("\"no\"", io);
	fclose(io);
	free(path);
	char *out = report(f, "edgeserver/" RUN, REPORT_MARKDOWN);
	char *head = strstr(out, "**The records do not hold together.** Session `");
	assert_non_null(head);
	assert_true(head < strstr(out, "## Summary"));
	assert_has(out, "broken at record");
	free(out);
	out = report(f, "edgeserver/" RUN, REPORT_JSON);
	assert_has(out, "\"intact\":\tfalse");
	assert_has(out, "\"chain\":\t\"broken\"");
	free(out);
}

static void test_watched_only(void **state)
{
	struct fixture *f = *state;
	struct buf out;
	struct err e;
	open_store(f);
	close_store(f, "quit");
	char *text = report(f, NULL, REPORT_MARKDOWN);
	assert_has(text, "No step was touched: the server was watched only.");
	assert_has(text, "Nothing that is recorded.");
	free(text);
	buf_init(&out, 0);
	assert_int_equal(report_find(f->state, "edgeserver/9-none-1", REPORT_JSON, &out, NULL, &e),
		ERR_USAGE);
	enum report_format format;
	assert_int_equal(report_format_parse("pdf", &format, &e), ERR_USAGE);
	assert_int_equal(report_format_parse("markdown", &format, &e), 0);
}

/* A session of two runs: each report has its own. */
static void test_one_of_two_runs(void **state)
{
	struct fixture *f = *state;
	open_store(f);
	f->run = "0-clean-1";
	record(f, "run-open", "{'title':'Cleaning'}");
	record(f, "skip", "{'step':'logs','title':'Vacuum the logs','reason':'later'}");
	record(f, "run-close", "{'state':'abandoned','reason':'wrong phase'}");
	f->run = RUN;
	record(f, "run-open", "{'title':'Foundation'}");
	record(f, "skip", "{'step':'docker','title':'Docker','reason':'later'}");
	close_store(f, "quit");
	char *text = report(f, "edgeserver/" RUN, REPORT_MARKDOWN);
	assert_has(text, "Docker");
	assert_has(text, "the run is still open");
	assert_null(strstr(text, "Vacuum"));
	free(text);
	text = report(f, "edgeserver", REPORT_MARKDOWN); /* the session has both */
	assert_has(text, "Vacuum");
	assert_has(text, "Docker");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_run, setup, teardown),
		cmocka_unit_test_setup_teardown(test_json, setup, teardown),
		cmocka_unit_test_setup_teardown(test_code_is_from_the_journals, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile, setup, teardown),
		cmocka_unit_test(test_markdown),
		cmocka_unit_test_setup_teardown(test_broken, setup, teardown),
		cmocka_unit_test_setup_teardown(test_watched_only, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_of_two_runs, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
