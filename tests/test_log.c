/* The log: a million lines, and searches that find what pcre2grep finds, while more comes in. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mask.h"
#include "runbook/log.h"

#define MANY 1000000

static char *text_at(const struct log *l, size_t i)
{
	struct log_line line;
	log_get(l, i, &line);
	return xstrndup(line.text, line.len);
}

static void assert_line(const struct log *l, size_t i, const char *text)
{
	char *got = text_at(l, i);
	assert_string_equal(got, text);
	free(got);
}

static void output(struct log *l, int source, const char *s)
{
	log_output(l, source, 1, s, strlen(s));
}

/* Waits until all lines were looked at. */
static void finish(struct log_search *s)
{
	int64_t until = clock_ms() + 60000;
	log_search_collect(s);
	while (!log_search_done(s, NULL)) {
		struct pollfd p = {.fd = log_search_fd(s), .events = POLLIN};
		assert_true(poll(&p, 1, 5000) >= 0);
		log_search_collect(s);
		assert_true(clock_ms() < until);
	}
}

static size_t count(struct log *l, const char *pattern, int source, bool invert)
{
	struct err e = {0};
	struct log_search *s = log_search_new(l, pattern, source, invert, &e);
	if (!s)
		fail_msg("%s", e.text);
	finish(s);
	size_t n = log_search_count(s);
	assert_null(log_search_error(s));
	log_search_free(s);
	return n;
}

static void test_lines(void **state)
{
	struct log *l = log_new();
	struct log_line line;
	int console = log_source(l, "console"), step = log_source(l, "extend-lvm");
	(void)state;
	assert_int_equal(log_source(l, "console"), console);
	assert_string_equal(log_source_name(l, step), "extend-lvm");
	assert_int_equal(log_nsources(l), 2);
	assert_int_equal(log_count(l), 0);
	uint64_t version = log_version(l);
	log_add(l, console, LOG_EVENT, 1000, "one\ntwo");
	log_add(l, step, LOG_WARNING, 5000000000000, "much later");
	log_add(l, step, LOG_ERROR, 10, "clock set back");
	log_add(l, step, LOG_SAID, 20, "");
	assert_true(log_version(l) != version);
	assert_int_equal(log_count(l), 5);
	assert_line(l, 0, "one");
	assert_line(l, 1, "two");
	log_get(l, 2, &line);
	assert_int_equal(line.wall_ms, 5000000000000);
	assert_int_equal(line.kind, LOG_WARNING);
	assert_int_equal(line.source, step);
	log_get(l, 3, &line);
	assert_int_equal(line.wall_ms, 10);
	log_get(l, 4, &line);
	assert_int_equal(line.len, 0);
	log_free(l);
}

static void test_progress(void **state)
{
	struct log *l = log_new();
	int s = log_source(l, "step");
	(void)state;
	for (int i = 0; i <= 100; i++) {
		char progress[32];
		snprintf(progress, sizeof(progress), "%d%%\r", i);
		output(l, s, progress);
		assert_int_equal(log_count(l), 1);
		progress[strlen(progress) - 1] = 0;
		assert_line(l, 0, progress);
	}
	output(l, s, "done\n");
	assert_int_equal(log_count(l), 1);
	assert_line(l, 0, "done");
	output(l, s, "a\r");
	output(l, s, "\nb\r\nc");
	assert_int_equal(log_count(l), 4);
	assert_line(l, 1, "a");
	assert_line(l, 2, "b");
	assert_line(l, 3, "c");
	log_free(l);
}

static void test_split_anywhere(void **state)
{
	static const char raw[] = "h\xc3\xa9llo \x1b[31mred\x1b[0m\n\tx\xff\n\nlast \xe2\x82\xac";
	(void)state;
	for (size_t cut = 0; cut < sizeof(raw) - 1; cut++) {
		struct log *l = log_new();
		int s = log_source(l, "step");
		log_output(l, s, 1, raw, cut);
		log_output(l, s, 1, raw + cut, sizeof(raw) - 1 - cut);
		assert_int_equal(log_count(l), 4);
		assert_line(l, 0, "h\xc3\xa9llo red");
		assert_line(l, 1, "        x\xef\xbf\xbd");
		assert_line(l, 2, "");
		assert_line(l, 3, "last \xe2\x82\xac");
		log_output_end(l, s);
		log_output_end(l, s);
		assert_int_equal(log_count(l), 4);
		assert_line(l, 3, "last \xe2\x82\xac");
		log_free(l);
	}
}

/* Two sources with an unfinished line each, and a line without an end. */
static void test_unfinished(void **state)
{
	struct log *l = log_new();
	int a = log_source(l, "a"), b = log_source(l, "b");
	char *x = xcalloc(1, 100001);
	(void)state;
	output(l, a, "from a");
	output(l, b, "from b");
	log_add(l, a, LOG_EVENT, 1, "event");
	assert_int_equal(log_count(l), 3);
	assert_line(l, 0, "event");
	assert_line(l, 1, "from a");
	assert_line(l, 2, "from b");
	output(l, b, "!\n");
	assert_line(l, 1, "from b!");
	assert_line(l, 2, "from a");
	log_output_end(l, a);
	assert_line(l, 2, "from a");
	memset(x, 'x', 100000);
	log_output(l, a, 1, x, 100000);
	log_output(l, a, 1, x, 100000);
	log_output(l, a, 1, "\n", 1);
	struct log_line line;
	size_t all = 0;
	for (size_t i = 3; i < log_count(l); i++) {
		log_get(l, i, &line);
		all += line.len;
	}
	assert_int_equal(all, 200000);
	free(x);
	log_free(l);
}

/* A known secret does not come to the screen, wherever the reads part it. */
static void test_masked(void **state)
{
	static const char raw[] = "password is s3cr3t-w0rd.\nagain s3cr3t-w0rd";
	struct mask *mask = mask_new();
	(void)state;
	mask_add(mask, "s3cr3t-w0rd", 11);
	for (size_t cut = 0; cut < sizeof(raw) - 1; cut++) {
		struct log *l = log_new();
		int s = log_source(l, "step");
		log_mask(l, mask);
		log_output(l, s, 1, raw, cut);
		log_output(l, s, 1, raw + cut, sizeof(raw) - 1 - cut);
		log_output_end(l, s);
		assert_int_equal(log_count(l), 2);
		assert_line(l, 0, "password is " MASK_TEXT ".");
		assert_line(l, 1, "again " MASK_TEXT);
		log_free(l);
	}
	mask_free(mask);
}

static void test_search(void **state)
{
	struct log *l = log_new();
	int a = log_source(l, "a"), b = log_source(l, "b");
	(void)state;
	assert_int_equal(count(l, "x", -1, false), 0);
	for (int i = 0; i < 10000; i++) {
		char text[64];
		snprintf(text, sizeof(text), "line %d %s", i, i % 3 ? "warning" : "Error");
		log_add(l, i % 2 ? a : b, LOG_OUTPUT, i, text);
	}
	assert_int_equal(count(l, "error", -1, false), 3334);
	assert_int_equal(count(l, "Error", -1, false), 3334);
	assert_int_equal(count(l, "ERROR", -1, false), 0); /* a capital: as it stands */
	assert_int_equal(count(l, "error", -1, true), 6666);
	assert_int_equal(count(l, "error", a, false), 1667);
	assert_int_equal(count(l, NULL, b, false), 5000);
	assert_int_equal(count(l, NULL, -1, false), 10000);
	struct err e;
	struct log_search *s = log_search_new(l, "^line 9999\\b", -1, false, &e);
	finish(s);
	assert_int_equal(log_search_count(s), 1);
	assert_int_equal(log_search_line(s, 0), 9999);
	log_search_free(s);
	assert_null(log_search_new(l, "(", -1, false, &e));
	assert_true(strlen(e.text) > 0);
	log_free(l);
}

static void test_spans(void **state)
{
	struct log *l = log_new();
	struct err e;
	size_t spans[3][2];
	(void)state;
	struct log_search *s = log_search_new(l, "a*", -1, false, &e);
	assert_int_equal(log_search_spans(s, "baa\xc3\xa9xa", 7, spans, 3), 2);
	assert_int_equal(spans[0][0], 1);
	assert_int_equal(spans[0][1], 3);
	assert_int_equal(spans[1][0], 6);
	assert_int_equal(log_search_spans(s, "axaxaxa", 7, spans, 3), 3);
	log_search_free(s);
	log_free(l);
}

static void test_live(void **state)
{
	struct log *l = log_new();
	struct err e;
	int a = log_source(l, "a");
	(void)state;
	struct log_search *s = log_search_new(l, "needle", -1, false, &e);
	size_t wanted = 0;
	for (int i = 0; i < 50000; i++) {
		bool needle = i % 7 == 0;
		log_add(l, a, LOG_OUTPUT, i, needle ? "a needle" : "hay");
		wanted += needle;
		if (i % 1000 == 0) {
			finish(s);
			assert_int_equal(log_search_count(s), wanted);
			assert_int_equal(log_search_line(s, wanted - 1), i / 7 * 7);
		}
	}
	output(l, a, "one more nee");
	output(l, a, "dle\n");
	finish(s);
	assert_int_equal(log_search_count(s), wanted + 1);
	log_search_free(s);
	log_free(l);
}

/* Several searches, started and ended while lines come in. */
static void test_many_searches(void **state)
{
	struct log *l = log_new();
	struct err e;
	struct log_search *s[4] = {NULL};
	int a = log_source(l, "a");
	(void)state;
	for (int i = 0; i < 40000; i++) {
		log_add(l, a, LOG_OUTPUT, i, "some line of text");
		if (i % 500 == 0) {
			int k = i / 500 % 4;
			log_search_free(s[k]);
			s[k] = log_search_new(l, "line", -1, false, &e);
		}
	}
	for (int k = 0; k < 4; k++) {
		finish(s[k]);
		assert_int_equal(log_search_count(s[k]), 40000);
	}
	log_free(l); /* the searches keep the lines */
	for (int k = 0; k < 4; k++)
		log_search_free(s[k]);
}

/* The time that this thread itself has worked: what else runs on the machine does not matter. */
static int64_t cpu_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void test_costly_pattern(void **state)
{
	struct log *l = log_new();
	struct err e;
	int a = log_source(l, "a");
	(void)state;
	for (int i = 0; i < 200000; i++) /* 20 s of work */
		log_add(l, a, LOG_OUTPUT, i,
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
	struct log_search *s = log_search_new(l, "(a+)+$", -1, false, &e);
	usleep(2000); /* in the middle of it */
	int64_t began = clock_ms();
	log_search_free(s);
	int64_t took = clock_ms() - began;
	assert_in_range(took, 0, 5000);
	l = (log_free(l), log_new());
	a = log_source(l, "a");
	log_add(l, a, LOG_OUTPUT, 1,
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
	s = log_search_new(l, "(a+)+$", -1, false, &e);
	finish(s);
	assert_int_equal(log_search_count(s), 0);
	assert_non_null(log_search_error(s));
	log_search_free(s);
	log_free(l);
}

/* ---- a million lines ---- */

static struct log *many;
static char *many_path;

static int setup_many(void **state)
{
	static const char *const words[] = {"INFO", "warning:", "ERROR", "resize2fs", "docker",
		"pulling", "/dev/mapper/ubuntu--vg-ubuntu--lv", "h\xc3\xa9te"};
	unsigned seed = 42;
	(void)state;
	many_path = xstrdup("/tmp/test_log.XXXXXX");
	int fd = mkstemp(many_path);
	FILE *out = fdopen(fd, "w");
	for (int i = 0; i < MANY; i++) {
		seed = seed * 1103515245 + 12345;
		fprintf(out, "%07d %s %s %08x the quick brown fox jumps over the lazy dog\n", i,
			words[seed >> 16 & 7], words[seed >> 20 & 7], seed);
	}
	fclose(out);
	many = log_new();
	return 0;
}

static int teardown_many(void **state)
{
	(void)state;
	log_free(many);
	unlink(many_path);
	free(many_path);
	return 0;
}

static void test_append_many(void **state)
{
	FILE *in = fopen(many_path, "re");
	char *chunk = xcalloc(1, 32768);
	int s = log_source(many, "job");
	(void)state;
	int64_t began = cpu_ms();
	for (size_t n; (n = fread(chunk, 1, 32768, in)) > 0;)
		log_output(many, s, 1, chunk, n);
	int64_t took = cpu_ms() - began;
	fclose(in);
	free(chunk);
	assert_int_equal(log_count(many), MANY);
	print_message("%d lines appended in %d ms\n", MANY, (int)took);
	if (!*getenv("SANITIZED"))
		assert_true(took < 2000);
	struct log_line line;
	unsigned seed = 7;
	began = cpu_ms();
	for (int i = 0; i < MANY; i++) {
		seed = seed * 1103515245 + 12345;
		size_t at = (seed >> 3) % MANY;
		log_get(many, at, &line);
		assert_int_equal((size_t)strtoul(line.text, NULL, 10), at);
	}
	took = cpu_ms() - began;
	print_message("%d lines looked up in %d ms\n", MANY, (int)took);
	if (!*getenv("SANITIZED"))
		assert_true(took < 1000);
}

/* What `pcre2grep -c` says, or -1 when there is none. */
static long grep_count(const char *option, const char *pattern)
{
	int pipes[2], status;
	char answer[64] = "";
	assert_int_equal(pipe(pipes), 0);
	pid_t child = fork();
	if (child == 0) {
		dup2(pipes[1], 1);
		close(pipes[0]);
		execlp("pcre2grep", "pcre2grep", "-u", option, pattern, many_path, (char *)NULL);
		_exit(127);
	}
	close(pipes[1]);
	if (read(pipes[0], answer, sizeof(answer) - 1) <= 0)
		answer[0] = 0;
	close(pipes[0]);
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) < 2 ? atol(answer) : -1;
}

static void test_like_pcre2grep(void **state)
{
	static const struct {
		const char *pattern, *option;
		bool invert;
	} cases[] = {
		{"ERROR", "-c", false},
		{"error", "-ci", false},
		{"^\\d+00 (INFO|docker)\\b", "-ci", false},
		{"[A-F0-9]{3}", "-c", false},
		{"h.te .*fox", "-ci", false},
		{"nowhere", "-ci", false},
		{"quick\\s+brown.*dog$", "-ci", false},
		{"docker", "-civ", true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t began = clock_ms();
		size_t ours = count(many, cases[i].pattern, -1, cases[i].invert);
		int64_t took = clock_ms() - began;
		long theirs = grep_count(cases[i].option, cases[i].pattern);
		int64_t grep_took = clock_ms() - began - took;
		if (theirs < 0) {
			print_message("pcre2grep is not here: nothing to compare with\n");
			skip();
		}
		print_message("%-28s %7zu lines, %d ms (pcre2grep %d ms)\n", cases[i].pattern, ours,
			(int)took, (int)grep_took);
		assert_int_equal(ours, theirs);
	}
}

static void test_cancel_many(void **state)
{
	struct err e;
	(void)state;
	for (int i = 0; i < 20; i++) {
		struct log_search *s = log_search_new(many, "(.*)*x{5}(.*)*$", -1, false, &e);
		usleep(1000 * (useconds_t)i);
		int64_t began = clock_ms();
		log_search_free(s);
		assert_in_range(clock_ms() - began, 0, 10000); /* of over a minute */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_split_anywhere),
		cmocka_unit_test(test_unfinished),
		cmocka_unit_test(test_masked),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_many_searches),
		cmocka_unit_test(test_costly_pattern),
		cmocka_unit_test(test_append_many),
		cmocka_unit_test(test_like_pcre2grep),
		cmocka_unit_test(test_cancel_many),
	};
	setenv("SANITIZED", "", 0);
	return cmocka_run_group_tests(tests, setup_many, teardown_many);
}
