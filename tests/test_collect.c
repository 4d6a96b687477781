/* Answers of collectors: sections, fields, what travels to the server, what is kept when no answer
 * comes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "backends/host.h"
#include "base/err.h"
#include "base/text.h"
#include "tests/collect_answer.h"

static struct sections parsed;

static int parse(const char *answer)
{
	return sections_parse(&parsed, answer, strlen(answer), "M");
}

static void finds_sections(void **state)
{
	const struct section *s;

	(void)state;
	assert_int_equal(
		parse("noise\nM + one\nfirst\nsecond\n\nM = 0\nM + two.err\n\nM = 127\n"), 0);
	assert_int_equal(parsed.count, 2);
	assert_false(parsed.cut);
	s = sections_find(&parsed, "one");
	assert_int_equal(s->status, 0);
	assert_int_equal(s->len, 13);
	assert_memory_equal(s->bytes, "first\nsecond\n", 13);
	s = sections_find(&parsed, "two.err");
	assert_int_equal(s->status, 127);
	assert_int_equal(s->len, 0);
	assert_true(sections_missing(&parsed, "two.err"));
	assert_false(sections_missing(&parsed, "one"));
	assert_false(sections_missing(&parsed, "three"));
	assert_null(sections_find(&parsed, "three"));
}

/* A tool that prints something like a mark, or the mark in the middle of a line, begins nothing. */
static void tools_cannot_forge(void **state)
{
	(void)state;
	assert_int_equal(parse("M + one\nN + two\n\nN = 0\nx M + three\nxM = 5\n\nM = 0\n"), 0);
	assert_int_equal(parsed.count, 1);
	assert_int_equal(parsed.list[0].status, 0);
	assert_int_equal(parse("M + BAD NAME\nx\n\nM = 0\n"), ERR_FAILED);
	assert_int_equal(parse("M + \nx\n\nM = 0\n"), ERR_FAILED);
	assert_int_equal(parse("M + 123456789012345678901234567890123\nx\n\nM = 0\n"), ERR_FAILED);
	assert_int_equal(parse("noise M + one\nx\nM = 0\n"), ERR_FAILED);
	assert_int_equal(parse(""), ERR_FAILED);
	assert_int_equal(parse("nothing"), ERR_FAILED);
	assert_int_equal(sections_parse(&parsed, "M + a\nb", 7, ""), ERR_FAILED);
	assert_int_equal(sections_parse(&parsed, "M + a\nb", 7, NULL), ERR_FAILED);
}

static void cut_answers_are_told(void **state)
{
	(void)state;
	assert_int_equal(parse("M + one\nabc"), 0);
	assert_true(parsed.cut);
	assert_int_equal(parsed.list[0].status, -1);
	assert_int_equal(parsed.list[0].len, 3);
	assert_int_equal(parse("M + one\nabc\nM = 0"), 0);
	assert_true(parsed.cut);
	assert_int_equal(parse("M + one\nabc\nM = wrong\n"), 0);
	assert_int_equal(parsed.list[0].status, -1);
}

static void too_many_sections_are_cut(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	for (int i = 0; i < 200; i++)
		buf_adds(&b, "M + x\n\nM = 0\n");
	assert_int_equal(sections_parse(&parsed, b.data, b.len, "M"), 0);
	assert_int_equal(parsed.count, COLLECT_SECTIONS_MAX);
	assert_true(parsed.cut);
	buf_clear(&b);
}

/* Asked again in other words (an older lsblk), the second answer counts. */
static void the_last_of_a_name_counts(void **state)
{
	(void)state;
	assert_int_equal(parse("M + x\nold\nM = 1\nM + x\nnew\nM = 0\n"), 0);
	assert_memory_equal(sections_find(&parsed, "x")->bytes, "new", 3);
}

static void words_of_a_tool(void **state)
{
	char *words;

	(void)state;
	parse("M + k.err\nE1121 10:33:24.501488   20511 memcache.go:265] noise\n\n"
	      "  The connection was refused\nmore\n\nM = 0\n");
	words = sections_words(&parsed, "k");
	assert_string_equal(words, "The connection was refused");
	free(words);
	assert_null(sections_words(&parsed, "other"));
	parse("M + k.err\nE1121 only klog\nE1\nM = 0\n");
	words = sections_words(&parsed, "k");
	assert_string_equal(words, "E1");
	free(words);
}

static void splits_fields(void **state)
{
	static const char line[] = "  one  two words\tthree   523 (5m ago)   ";
	struct field f[8];

	(void)state;
	assert_int_equal(fields_split(line, strlen(line), 2, f, 8), 4);
	assert_true(field_is(&f[0], "one"));
	assert_true(field_is(&f[1], "two words"));
	assert_true(field_is(&f[2], "three"));
	assert_true(field_is(&f[3], "523 (5m ago)"));
	assert_int_equal(fields_split(line, strlen(line), 1, f, 8), 7);
	assert_int_equal(fields_split(line, strlen(line), 1, f, 2), 2);
	assert_int_equal(fields_split("", 0, 1, f, 8), 0);
	assert_int_equal(fields_split("   ", 3, 1, f, 8), 0);
	assert_int_equal(fields_split("x", 1, 2, f, 8), 1);
}

static void reads_numbers(void **state)
{
	static const struct {
		const char *word;
		double number;
	} cases[] = {{"0", 0}, {"42", 42}, {"1.5", 1.5}, {"-3", -3}, {"", NAN}, {"-", NAN},
		{"nan", NAN}, {"inf", NAN}, {"0x10", NAN}, {"1e9", NAN}, {"1,5", NAN},
		{"1.2.3", NAN}, {"12345678901234567890123456789012345678901234567890", NAN}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct field f = {cases[i].word, strlen(cases[i].word)};
		double number = field_number(&f);

		if (isnan(cases[i].number))
			assert_true(isnan(number));
		else
			assert_true(number == cases[i].number);
	}
}

static void decodes_octal(void **state)
{
	char out[32];

	(void)state;
	octal_decode("/mnt/a\\040b\\011c", 16, out, sizeof(out));
	assert_string_equal(out, "/mnt/a b\tc");
	octal_decode("\\04", 3, out, sizeof(out));
	assert_string_equal(out, "\\04");
	octal_decode("\\000\\400\\", 9, out, sizeof(out));
	assert_string_equal(out, "?\\400\\");
	octal_decode("0123456789", 10, out, 5);
	assert_string_equal(out, "0123");
}

static void settings_travel_quoted(void **state)
{
	struct host_setting settings[] = {
		{(char *)"kubeconfig", (char *)"/tmp/$(touch x)", 1},
		{(char *)"backup.postgres.dir", (char *)"/srv/it's", 2},
		{(char *)"threshold.disk.root.percent", (char *)"70", 3},
		{(char *)"threshold.disk.logs", (char *)"2G", 4},
		{(char *)"threshold.host.load5", (char *)"nonsense", 5},
	};
	struct host host = {.settings = settings, .nsettings = 5};
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	assert_int_equal(collect_settings(&host, &b), 0);
	assert_non_null(strstr(buf_str(&b), "tw_kubeconfig='/tmp/$(touch x)'\n"));
	assert_non_null(strstr(buf_str(&b), "tw_backup_postgres_dir='/srv/it'\\''s'\n"));
	assert_non_null(strstr(buf_str(&b), "tw_namespaces=''\n"));
	buf_reset(&b);
	assert_int_equal(collect_settings(NULL, &b), 0);
	assert_non_null(strstr(buf_str(&b), "tw_kubeconfig=''\n"));
	buf_clear(&b);
	buf_init(&b, 10);
	assert_int_equal(collect_settings(&host, &b), ERR_LIMIT);
	buf_clear(&b);
	assert_true(collect_threshold(&host, "disk.root.percent", 80) == 70);
	assert_true(collect_threshold(&host, "disk.logs", 1) == 2.0 * 1024 * 1024 * 1024);
	assert_true(collect_threshold(&host, "host.load5", 4) == 4);
	assert_true(collect_threshold(NULL, "disk.root.percent", 80) == 80);
}

static void server_clock_goes_on(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "clock", 0, "1795257204 100.00");
	answer_text(&b, "uptime", 0, "128.50");
	p = answer_panel(PANEL_HOST, b.data, b.len, false, NULL);
	assert_true(p->server_time == 1795257232.5);
	panel_unref(p);
	buf_reset(&b);
	answer_text(&b, "clock", 0, "1795257204\n");
	p = answer_panel(PANEL_DISKS, b.data, b.len, true, NULL);
	assert_true(p->server_time == 1795257204);
	assert_true(p->as_root);
	assert_int_equal(p->taken_ms, 1000);
	assert_int_equal(p->took_ms, 5);
	panel_unref(p);
	buf_clear(&b);
}

/* What the last answer said is kept, with its age, when none comes. */
static void last_facts_are_kept(void **state)
{
	struct panel *old, *p;
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	answer_capture(&b, "df", 0, "trixie/df-PT.stdout");
	answer_capture(&b, "lsblk", 0, "trixie/lsblk-json.stdout");
	old = answer_panel(PANEL_DISKS, b.data, b.len, false, NULL);
	buf_clear(&b);
	p = collect_without_answer(PANEL_DISKS, PANEL_HUNG, "no answer for 45 s", old);
	assert_int_equal(p->state, PANEL_HUNG);
	assert_string_equal(p->reason, "no answer for 45 s");
	assert_int_equal(p->taken_ms, old->taken_ms);
	assert_int_equal(p->nfacts, old->nfacts);
	assert_int_equal(p->ntables, old->ntables);
	panel_unref(old);
	assert_true(fact_value(p, "disk.root.percent") == 1);
	assert_string_equal(cell_find(p, "devices", "sda", "model")->text, "ST300MM0006");
	assert_int_equal(row_find(p, "devices", "ubuntu--vg-ubuntu--lv")->depth, 2);
	assert_non_null(row_find(p, "devices", "sda")->detail);
	panel_unref(p);
	p = collect_without_answer(PANEL_PODS, PANEL_FAILED, "lost", NULL);
	assert_int_equal(p->state, PANEL_FAILED);
	assert_int_equal(p->ntables, 0);
	panel_unref(p);
}

/* An answer that is none, or is cut, or says that a tool hangs: what was known before is shown,
 * with its age. */
static void a_failed_answer_keeps_the_last(void **state)
{
	struct collect_input in = {.mark = MARK, .taken_ms = 9000};
	struct panel *old, *p;
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	answer_capture(&b, "df", 0, "trixie/df-PT.stdout");
	old = answer_panel(PANEL_DISKS, b.data, b.len, false, NULL);
	in.previous = old;
	in.bytes = b.data;
	in.len = b.len / 2;
	assert_int_equal(collect_parse(PANEL_DISKS, &in, &p), ERR_FAILED);
	assert_int_equal(p->state, PANEL_FAILED);
	assert_int_equal(p->taken_ms, 1000);
	assert_true(fact_value(p, "disk.root.percent") == 1);
	assert_int_equal(p->nfacts, old->nfacts);
	panel_unref(p);
	buf_reset(&b);
	answer_text(&b, "df", 124, "");
	in.bytes = b.data;
	in.len = b.len;
	assert_int_equal(collect_parse(PANEL_DISKS, &in, &p), 0);
	assert_int_equal(p->state, PANEL_HUNG);
	assert_true(fact_value(p, "disk.root.percent") == 1);
	panel_unref(p);
	/* That there is no such tool is an answer: nothing old is kept. */
	buf_reset(&b);
	answer_text(&b, "df", 127, "");
	in.bytes = b.data;
	in.len = b.len;
	assert_int_equal(collect_parse(PANEL_DISKS, &in, &p), 0);
	assert_int_equal(p->state, PANEL_MISSING);
	assert_int_equal(p->taken_ms, 9000);
	assert_true(isnan(fact_value(p, "disk.root.percent")));
	panel_unref(p);
	panel_unref(old);
	buf_clear(&b);
}

static void table_of_collectors(void **state)
{
	(void)state;
	for (int id = 0; id < PANEL_COUNT; id++) {
		const struct collect_def *d = &collect_defs[id];

		assert_int_equal(d->id, id);
		assert_string_equal(d->name, panel_name((enum panel_id)id));
		assert_true(d->pace_ms >= 2000 && d->slow_ms >= d->pace_ms);
		assert_true(d->deadline_ms > 0);
	}
}

/* The root shell is where steps wait: it is asked only where root sees more. */
/* A tenth of the time, where answers grow with what there is; elsewhere the pace alone counts. */
static void rests_after_a_long_answer(void **state)
{
	(void)state;
	assert_true(collect_rest_ms(&collect_defs[PANEL_PODS], 8000) == 80000);
	assert_true(collect_rest_ms(&collect_defs[PANEL_DOCKER], 300) == 3000);
	assert_true(collect_rest_ms(&collect_defs[PANEL_PODS], -1) == 0);
	assert_true(collect_rest_ms(&collect_defs[PANEL_HOST], 8000) == 0);
}

static void who_asks_root(void **state)
{
	struct panel *last = panel_new(PANEL_PODS);

	(void)state;
	last->state = PANEL_OK;
	assert_false(collect_wants_root(&collect_defs[PANEL_HOST], last));
	assert_false(collect_wants_root(&collect_defs[PANEL_PODS], NULL));
	assert_false(collect_wants_root(&collect_defs[PANEL_PODS], last));
	assert_true(collect_wants_root(&collect_defs[PANEL_DISKS], NULL));
	last->state = PANEL_DENIED;
	assert_true(collect_wants_root(&collect_defs[PANEL_PODS], last));
	last->state = PANEL_OK;
	last->as_root = true; /* and it stays there */
	assert_true(collect_wants_root(&collect_defs[PANEL_LVM], last));
	panel_unref(last);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_sections),
		cmocka_unit_test(tools_cannot_forge),
		cmocka_unit_test(cut_answers_are_told),
		cmocka_unit_test(too_many_sections_are_cut),
		cmocka_unit_test(the_last_of_a_name_counts),
		cmocka_unit_test(words_of_a_tool),
		cmocka_unit_test(splits_fields),
		cmocka_unit_test(reads_numbers),
		cmocka_unit_test(decodes_octal),
		cmocka_unit_test(settings_travel_quoted),
		cmocka_unit_test(server_clock_goes_on),
		cmocka_unit_test(last_facts_are_kept),
		cmocka_unit_test(a_failed_answer_keeps_the_last),
		cmocka_unit_test(table_of_collectors),
		cmocka_unit_test(rests_after_a_long_answer),
		cmocka_unit_test(who_asks_root),
	};
	return cmocka_run_group_tests_name("collect", tests, NULL, NULL);
}
