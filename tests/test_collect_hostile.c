/* What a hostile or broken server may answer: cut at any byte, junk, escapes, nesting, size. The
 * panel is always there, all its text may be drawn, and (under the sanitizers) nothing outside the
 * answer was read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "tests/collect_answer.h"

#define EVIL "a\033[2J\033]0;t\007\xff\xc0\x80\xe2\x80\xae$(touch /tmp/x)`id`'\"\\%s%n<#HL(9)>"

/* An answer of each collector, from real outputs. */
static void real_answer(enum panel_id id, struct buf *b)
{
	buf_init(b, 0);
	answer_text(b, "clock", 0, "1795257204 100.00");
	answer_text(b, "uptime", 0, "128.50");
	switch (id) {
	case PANEL_HOST:
		answer_text(b, "cpu", 0, "cpu 1 2 3 4 5 6 7 8\ncpu 2 3 4 5 6 7 8 9");
		answer_capture(b, "memory", 0, "trixie/meminfo.stdout");
		answer_capture(b, "load", 0, "trixie/loadavg.stdout");
		answer_text(b, "system", 0, "\"Debian\"");
		answer_text(b, "units", 0, "x.service loaded failed failed X\n");
		answer_text(b, "pagesize", 0, "4096");
		answer_text(b, "processes", 0, "25 42 5000 50000 S name\n");
		break;
	case PANEL_DISKS:
		answer_capture(b, "lsblk", 0, "trixie/lsblk-json.stdout");
		answer_capture(b, "df", 0, "trixie/df-PT.stdout");
		answer_capture(b, "inodes", 0, "trixie/df-i.stdout");
		answer_text(b, "mounts", 0, "/dev/b /mnt/a\\040b xfs ro 0 0\n");
		answer_text(b, "io.before", 0, "100.00\n8 0 sda 1 2 1000 4 5 6 2000 8 0 1000 11\n");
		answer_text(b, "io", 0, "110.00\n8 0 sda 1 2 3000 4 5 6 2400 8 0 6000 11\n");
		answer_text(b, "alert", 0, "ALERT: / is used 85%, over 80% (15.1 GiB free)\n");
		answer_text(b, "logs", 1, "12582912\t./var/log/kern.log\n29360128\t./var/log\n");
		break;
	case PANEL_LVM:
		answer_capture(b, "pvs", 0, "trixie/pvs-json.stdout");
		answer_capture(b, "vgs", 0, "trixie/vgs-json-cols.stdout");
		answer_capture(b, "lvs", 0, "trixie/lvs-json-cols.stdout");
		answer_capture(b, "df", 0, "trixie/df-PT.stdout");
		answer_capture(b, "lsblk", 0, "trixie/lsblk-json.stdout");
		break;
	case PANEL_PODS:
		answer_text(b, "nodes", 0,
			"{\"items\":[{\"metadata\":{\"name\":\"n\"},\"status\":{\"conditions\":[{"
			"\"type\":\"Ready\","
			"\"status\":\"True\",\"lastTransitionTime\":\"2026-11-21T09:04:43Z\"}]}}]"
			"}");
		answer_capture(b, "pods", 0, "kubectl-1.20/26.out");
		answer_text(
			b, "replicasets", 0, "twisterlab   builder-56796f9c8   0   0   0   5m\n");
		answer_text(b, "deployments", 0, "twisterlab   builder   0/1   1   0   5m48s\n");
		break;
	case PANEL_DOCKER:
		answer_text(b, "config", 0, "{\"log-opts\":{\"max-size\":\"10m\"}}");
		answer_text(
			b, "info", 0, "{\"Driver\":\"overlay2\",\"LoggingDriver\":\"json-file\"}");
		answer_text(b, "version", 0, "26.1.5");
		answer_capture(b, "containers", 0, "trixie/docker-ps-with-json.stdout");
		answer_text(b, "inspect", 0,
			"{\"Id\":\"10fd474200e50aef\",\"Restart\":{\"Name\":\"always\"}}\n");
		answer_text(b, "images", 0,
			"{\"ID\":\"a\",\"Repository\":\"r\",\"Size\":\"2.02MB\",\"Tag\":\"1\"}\n");
		answer_capture(b, "usage", 0, "trixie/docker-system-df-json-with.stdout");
		break;
	default:
		answer_text(b, "files", 0,
			"postgres 1795250000 5000000 ./var/backups/postgres/a.sql.gz\n"
			"mixed 1795250900 70000 ./opt/dump.rdb\n");
		answer_text(
			b, "folders", 0, "postgres there /var/backups/postgres\nredis denied /x\n");
		answer_text(b, "cron", 0, "./etc/cron.d/t:0 2 * * * root pg_dumpall\n");
		answer_text(b, "log", 0, "one\ntwo\n");
		break;
	}
}

static void assert_text(const char *text)
{
	if (text)
		assert_true(text_is_clean(text));
}

/* Lines are allowed in a detail, and nothing else that text forbids. */
static void assert_lines(const char *lines)
{
	for (; lines; lines = strchr(lines, '\n') ? strchr(lines, '\n') + 1 : NULL) {
		size_t n = strcspn(lines, "\n");
		char *line = strndup(lines, n);

		assert_true(text_is_clean(line));
		free(line);
	}
}

static void assert_drawable(const struct panel *p)
{
	assert_text(p->reason);
	assert_true(p->state != PANEL_NEVER);
	for (size_t i = 0; i < p->nfacts; i++) {
		assert_text(p->facts[i].name);
		assert_text(p->facts[i].text);
	}
	for (size_t i = 0; i < p->nnotes; i++)
		assert_text(p->notes[i].text);
	for (int t = 0; t < p->ntables; t++) {
		for (size_t i = 0; i < p->tables[t].nrows; i++) {
			const struct row *r = &p->tables[t].rows[i];

			assert_text(r->tag);
			assert_lines(r->detail);
			for (int c = 0; c < p->tables[t].ncolumns; c++)
				assert_text(r->cells[c].text);
		}
	}
}

static void feed(enum panel_id id, const char *bytes, size_t n)
{
	for (int as_root = 0; as_root < 2; as_root++) {
		struct panel *p = answer_panel(id, bytes, n, as_root, NULL);

		assert_non_null(p);
		assert_drawable(p);
		panel_unref(p);
	}
}

static void cut_at_every_byte(void **state)
{
	(void)state;
	for (int id = 0; id < PANEL_COUNT; id++) {
		struct buf b;

		real_answer((enum panel_id)id, &b);
		for (size_t n = 0; n <= b.len; n++)
			feed((enum panel_id)id, b.data, n);
		buf_clear(&b);
	}
}

/* Each byte in turn replaced: by NUL, by what quotes and escapes, by what is not UTF-8. */
static void any_byte_wrong(void **state)
{
	static const unsigned char wrong[] = {0, '"', 0x1b, 0xff, '{', '9', ' '};

	(void)state;
	for (int id = 0; id < PANEL_COUNT; id++) {
		struct buf b;

		real_answer((enum panel_id)id, &b);
		for (size_t i = 0; i < b.len; i++) {
			char kept = b.data[i];
			struct panel *p;

			b.data[i] = (char)wrong[i % sizeof(wrong)];
			p = answer_panel((enum panel_id)id, b.data, b.len, false, NULL);
			assert_drawable(p);
			panel_unref(p);
			b.data[i] = kept;
		}
		buf_clear(&b);
	}
}

/* Every section of every collector holds the same junk. */
static void the_same_junk_everywhere(const char *bytes, size_t n)
{
	static const char *const names[] = {"clock", "uptime", "cpu", "cpus", "memory", "load",
		"system", "kernel", "units", "pagesize", "processes", "lsblk", "df", "inodes",
		"mounts", "alert", "io.before", "io", "logs", "space", "pvs", "pvs.err", "vgs", "lvs",
		"nodes", "pods", "pods.err", "replicasets", "deployments", "kubeconfig", "ns.0",
		"pods.0", "config", "info", "version", "containers", "inspect", "images", "usage",
		"files", "folders", "cron", "crontab", "timers", "log"};

	for (int status = 0; status < 2; status++) {
		struct buf b;

		buf_init(&b, 0);
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			answer_add(&b, names[i], status, bytes, n);
		for (int id = 0; id < PANEL_COUNT; id++)
			feed((enum panel_id)id, b.data, b.len);
		buf_clear(&b);
	}
}

static void junk_everywhere(void **state)
{
	static const char *const junk[] = {
		"",
		"\n",
		" ",
		"\n\n\n\n",
		EVIL,
		"{}",
		"[]",
		"null",
		"true",
		"1",
		"\"x\"",
		"-",
		"{\"items\":{}}",
		"{\"items\":[null,1,\"x\",[],{}]}",
		"{\"report\":[]}",
		"{\"report\":{}}",
		"{\"report\":[{\"pv\":[1,null,{}],\"vg\":\"x\",\"lv\":[{\"lv_name\":1}]}]}",
		"{\"blockdevices\":[null,1,{},{\"children\":[{\"children\":7}]}]}",
		"{\"blockdevices\":[{\"name\":\"\\u0000\\u001b[2J\\ud800\",\"size\":-1e308,"
		"\"type\":\"disk\"}]}",
		EVIL "   " EVIL "   0/1   " EVIL "   " EVIL "   " EVIL "   " EVIL "   " EVIL "\n",
		EVIL " ext4 1 1 1 99% " EVIL "\n",
		"x y 9 9 9 9% /\nx y - - - - /\n",
		"1 2 3 4 5 6 7 8 9 10 11 12 13 14\n",
		"postgres 1 2 " EVIL "\n" EVIL " 1 2 3\nredis there " EVIL "\n",
		"{\"Names\":\""
		"a\\u001b[2Jb"
		"\",\"ID\":\"x\",\"State\":\"running\",\"Size\":\"99999999999999999999GB\"}\n",
		"999999999999999999999999999999999999 999999999999999999999999\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(junk) / sizeof(junk[0]); i++)
		the_same_junk_everywhere(junk[i], strlen(junk[i]));
	the_same_junk_everywhere("\0\0\0", 3);
}

/* Escapes hidden in JSON come to light only after it was decoded. */
static void hidden_escapes(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "lsblk", 0,
		"{\"blockdevices\":[{\"name\":\"s\\u001b[31md\\u0007a\",\"size\":1,"
		"\"type\":\"disk\",\"model\":\"\\u202eevil\\u009b2J\"}]}");
	answer_text(&b, "df", 0,
		"Filesystem Type 1-blocks Used Available Capacity Mounted on\n"
		"/dev/a ext4 10 9 1 95% /\n");
	answer_text(&b, "mounts", 0, "/dev/a /\\033[2J\\007x ext4 ro 0 0\n");
	p = answer_panel(PANEL_DISKS, b.data, b.len, false, NULL);
	assert_string_equal(panel_find_table(p, "devices")->rows[0].tag, "sda");
	assert_string_equal(panel_find_table(p, "devices")->rows[0].cells[0].text, "sda");
	assert_true(note_has(p, LEVEL_WARN, "/x is mounted read-only"));
	assert_drawable(p);
	panel_unref(p);
	buf_clear(&b);
}

static void deep_json(void **state)
{
	static const char *const opens[] = {
		"[", "{\"children\":[", "{\"blockdevices\":[", "{\"items\":["};
	struct buf b, answer;
	struct panel *p;

	(void)state;
	buf_init(&answer, 0);
	for (size_t i = 0; i < sizeof(opens) / sizeof(opens[0]); i++) {
		buf_init(&b, 0);
		if (i == 1)
			buf_adds(&b, "{\"blockdevices\":[");
		for (int d = 0; d < 1000; d++)
			buf_adds(&b, opens[i]);
		the_same_junk_everywhere(b.data, b.len);
		for (int d = 0; d < 1000; d++)
			buf_adds(&b, i == 0 ? "]" : "]}");
		if (i == 1)
			buf_adds(&b, "]}");
		the_same_junk_everywhere(b.data, b.len);
		buf_clear(&b);
	}
	/* 400 devices inside one another: shown down to a depth, and no further. */
	buf_init(&b, 0);
	buf_adds(&b, "{\"blockdevices\":[");
	for (int d = 0; d < 400; d++)
		buf_adds(
			&b, "{\"name\":\"x\",\"size\":1000000000,\"type\":\"disk\",\"children\":[");
	for (int d = 0; d < 400; d++)
		buf_adds(&b, "]}");
	buf_adds(&b, "]}");
	the_same_junk_everywhere(b.data, b.len);
	answer_text(&answer, "lsblk", 0, buf_str(&b));
	p = answer_panel(PANEL_DISKS, answer.data, answer.len, false, NULL);
	assert_int_equal(panel_find_table(p, "devices")->nrows, BLOCK_DEPTH_MAX);
	panel_unref(p);
	buf_clear(&answer);
	buf_clear(&b);
}

static void huge_answers(void **state)
{
	struct collect_input in = {.mark = MARK};
	struct panel *p;
	struct buf b;

	(void)state;
	/* One line of a megabyte; a hundred thousand lines. */
	buf_init(&b, 0);
	for (int i = 0; i < 1000000; i++)
		buf_addc(&b, "a 1/"[i % 4]);
	the_same_junk_everywhere(b.data, b.len / 20);
	feed(PANEL_PODS, b.data, b.len);
	buf_reset(&b);
	for (int i = 0; i < 100000; i++)
		buf_addf(&b, "/dev/%d ext4 9 9 9 99%% /%d\n", i, i);
	buf_addc(&b, 0);
	p = NULL;
	{
		struct buf answer;

		buf_init(&answer, 0);
		answer_add(&answer, "df", 0, b.data, b.len);
		p = answer_panel(PANEL_DISKS, answer.data, answer.len, false, NULL);
		assert_int_equal(panel_find_table(p, "mounts")->nrows, DF_LINES_MAX);
		assert_drawable(p);
		panel_unref(p);
		buf_clear(&answer);
	}
	buf_clear(&b);
	/* More than is looked at. */
	in.len = COLLECT_ANSWER_MAX + 1;
	in.bytes = calloc(1, in.len);
	assert_int_equal(collect_parse(PANEL_HOST, &in, &p), ERR_FAILED);
	assert_int_equal(p->state, PANEL_FAILED);
	panel_unref(p);
	free((char *)in.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_at_every_byte),
		cmocka_unit_test(any_byte_wrong),
		cmocka_unit_test(junk_everywhere),
		cmocka_unit_test(hidden_escapes),
		cmocka_unit_test(deep_json),
		cmocka_unit_test(huge_answers),
	};
	return cmocka_run_group_tests_name("collect_hostile", tests, NULL, NULL);
}
