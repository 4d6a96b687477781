#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/match.h"

static int found(const char *pattern, int flags, const char *s, size_t *start, size_t *end)
{
	struct err e = {0};
	struct match *m = match_new(pattern, flags, &e);
	int r;

	if (!m)
		fail_msg("%s", e.text);
	r = match_find(m, s, strlen(s), 0, start, end);
	match_free(m);
	return r;
}

static void finds_with_offsets(void **state)
{
	size_t start, end;

	(void)state;
	assert_int_equal(found("b+", 0, "aabbbc", &start, &end), 1);
	assert_int_equal(start, 2);
	assert_int_equal(end, 5);
	assert_int_equal(found("x", 0, "aabbbc", &start, &end), 0);
	assert_int_equal(found("c$", 0, "aabbbc", NULL, NULL), 1);
	assert_int_equal(found("", 0, "", &start, &end), 1);
	assert_int_equal(start, 0);
	assert_int_equal(end, 0);
}

static void goes_on_from_an_offset(void **state)
{
	struct match *m = match_new("a\\d", 0, NULL);
	static const char s[] = "a1 a2 a3";
	size_t from = 0, start, end;
	int count = 0;

	(void)state;
	while (match_find(m, s, strlen(s), from, &start, &end) == 1) {
		assert_int_equal(s[start + 1], '1' + count);
		from = end;
		count++;
	}
	assert_int_equal(count, 3);
	assert_int_equal(match_find(m, s, strlen(s), strlen(s), NULL, NULL), 0);
	assert_int_equal(match_find(m, s, strlen(s), strlen(s) + 1, NULL, NULL), 0);
	assert_int_equal(match_find(m, NULL, 0, 0, NULL, NULL), 0);
	match_free(m);
	match_free(NULL);
}

static void flags_do_what_they_say(void **state)
{
	(void)state;
	assert_int_equal(found("error", MATCH_CASELESS, "an ERROR", NULL, NULL), 1);
	assert_int_equal(found("error", 0, "an ERROR", NULL, NULL), 0);
	assert_int_equal(found("\xc3\xa9t\xc3\xa9", MATCH_CASELESS, "\xc3\x89T\xc3\x89", NULL, NULL), 1);
	assert_int_equal(found("a|ab", MATCH_WHOLE, "ab", NULL, NULL), 1);
	assert_int_equal(found("a|ab", MATCH_WHOLE, "abc", NULL, NULL), 0);
	assert_int_equal(found("[0-9]+G", MATCH_WHOLE, "50G\n", NULL, NULL), 0); /* no newline slips in */
	assert_int_equal(found("[0-9]+G", MATCH_WHOLE, "50G; reboot", NULL, NULL), 0);
	assert_int_equal(found("a.c(", MATCH_LITERAL, "xa.c(y", NULL, NULL), 1);
	assert_int_equal(found("a.c", MATCH_LITERAL, "abc", NULL, NULL), 0);
	assert_int_equal(found("A.C", MATCH_LITERAL | MATCH_CASELESS, "a.c", NULL, NULL), 1);
	assert_int_equal(found("a.c", MATCH_LITERAL | MATCH_WHOLE, "a.c!", NULL, NULL), 0);
}

static void runaway_patterns_are_stopped(void **state)
{
	char s[64];
	struct match *m = match_new("(a+)+$", 0, NULL);
	struct timespec from, to;

	(void)state;
	memset(s, 'a', sizeof s);
	s[sizeof s - 1] = 'b';
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	assert_int_equal(match_find(m, s, sizeof s, 0, NULL, NULL), ERR_LIMIT);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	/* PCRE2's own limit would end it too, a hundred times later. */
	assert_true((to.tv_sec - from.tv_sec) * 1000000000L + to.tv_nsec - from.tv_nsec < 5000000L);
	/* and the pattern is still good for the next line */
	assert_int_equal(match_find(m, "xaaa", 4, 0, NULL, NULL), 1);
	assert_int_equal(match_find(m, "b", 1, 0, NULL, NULL), 0);
	match_free(m);
}

/* A megabyte of one line needs more than the JIT's first stack; it must not look like "no match". */
static void long_lines_are_searched(void **state)
{
	size_t n = (size_t)1 << 20, start, end;
	char *s = malloc(n);
	struct match *m = match_new("needle$", 0, NULL);

	(void)state;
	memset(s, 'x', n);
	memcpy(s + n - 6, "needle", 6);
	assert_int_equal(match_find(m, s, n, 0, &start, &end), 1);
	assert_int_equal(start, n - 6);
	match_free(m);
	/* This one needs more for 20,000 letters than the 32 KiB that the JIT has of its own. */
	m = match_new("^(x|y)+needle", 0, NULL);
	assert_int_equal(match_find(m, s + n - 20000, 20000, 0, &start, &end), 1);
	assert_int_equal(end, 20000);
	match_free(m);
	free(s);
}

static void bad_utf8_is_matched_around(void **state)
{
	size_t start, end;

	(void)state;
	assert_int_equal(found("caf\xc3\xa9", 0, "\xff\xc3 caf\xc3\xa9", &start, &end), 1);
	assert_int_equal(start, 3);
	assert_int_equal(end, 8);
	assert_int_equal(found("x", 0, "\xed\xa0\x80x\xff", &start, &end), 1);
	assert_int_equal(start, 3);
	/* an offset inside a character */
	struct match *m = match_new("b", 0, NULL);
	assert_int_equal(match_find(m, "a\xc3\xa9" "b", 4, 2, &start, &end), 1);
	assert_int_equal(start, 3);
	match_free(m);
}

static void bad_patterns_are_named(void **state)
{
	static const char *const wrong[] = {"(", "[a", "a{2,1}", "*", "(?<n>a)(?<n>b)", "\\C", "a\\", "\xff"};
	struct err e;
	char big[5000];

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		e = (struct err){0};
		if (match_new(wrong[i], 0, &e))
			fail_msg("\"%s\" was taken for a pattern", wrong[i]);
		assert_int_equal(e.code, ERR_USAGE);
		assert_non_null(strstr(e.text, "at character"));
	}
	assert_null(match_new("a(b", 0, &e));
	assert_string_equal(e.text, "pattern, at character 4: missing closing parenthesis");
	memset(big, 'a', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	assert_null(match_new(big, 0, &e));
	assert_int_equal(e.code, ERR_LIMIT);
}

static void smart_case(void **state)
{
	(void)state;
	assert_true(match_smart_caseless(""));
	assert_true(match_smart_caseless("abc.*\xc3\xa9"));
	assert_false(match_smart_caseless("Abc"));
	assert_false(match_smart_caseless("\xc3\x89t\xc3\xa9"));
	assert_true(match_smart_caseless("\\S+\\s\\W"));
	assert_false(match_smart_caseless("\\SA"));
	assert_true(match_smart_caseless("\xff" "a\\"));
	assert_false(match_smart_caseless("\xff" "A"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_with_offsets),
		cmocka_unit_test(goes_on_from_an_offset),
		cmocka_unit_test(flags_do_what_they_say),
		cmocka_unit_test(runaway_patterns_are_stopped),
		cmocka_unit_test(long_lines_are_searched),
		cmocka_unit_test(bad_utf8_is_matched_around),
		cmocka_unit_test(bad_patterns_are_named),
		cmocka_unit_test(smart_case),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
