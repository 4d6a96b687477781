/* What the server says of jobs and what steps say: taken apart, also when it is hostile. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backends/job.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"

#define TOKEN "0123456789abcdef"

static void test_look(void **state)
{
	static const char answer[] = "existed 1\nid r-1.go.1\nstate done\nsize 100\nnow "
				     "1000\nresult half\nparts 0 1 124 -1\npart verify\n"
				     "started 900\nended 990\nchanged 980\nvolatile 1\nhead "
				     "abc\nmeta {\"a\":\"b c\"}\nmarks 7\n"
				     "mark 5 fact =size =12\nmark 9 say =x%20y =%0A%25\nmark 9 "
				     "nonsense =x\nfrom 64\n\nraw\n\nbytes";
	struct job_look look;
	size_t used;

	(void)state;
	assert_true(job_look_parse(answer, sizeof(answer) - 1, &look, &used));
	assert_int_equal(used, sizeof(answer) - 1);
	assert_string_equal(look.status->id, "r-1.go.1");
	assert_int_equal(look.status->state, JOB_DONE);
	assert_int_equal(look.status->result, RESULT_HALF);
	assert_int_equal(look.status->part_status[PART_VERIFY], 124);
	assert_int_equal(look.status->part_status[PART_UNDO], -1);
	assert_int_equal(look.status->part, PART_VERIFY);
	assert_true(look.status->existed);
	assert_true(look.status->volatile_place);
	assert_true(look.status->silent_s == 20);
	assert_true(look.status->started == 900);
	assert_string_equal(look.status->meta, "{\"a\":\"b c\"}");
	assert_int_equal(look.marks.n, 2);
	assert_int_equal(look.marks_total, 7);
	assert_string_equal(look.marks.list[1].words[0], "x y");
	assert_string_equal(look.marks.list[1].words[1], " %");
	assert_int_equal(look.from, 64);
	assert_int_equal(look.len, 10);
	assert_memory_equal(look.data, "raw\n\nbytes", 10);
	job_look_clear(&look);
}

static void test_look_several(void **state)
{
	static const char answer[] = "id a\nstate lost\n\nid b\nstate running\nstarted -\n\n";
	struct job_look look;
	size_t used, at;

	(void)state;
	assert_true(job_look_parse(answer, sizeof(answer) - 1, &look, &used));
	assert_string_equal(look.status->id, "a");
	assert_int_equal(look.status->state, JOB_LOST);
	assert_int_equal(look.len, 0);
	job_look_clear(&look);
	at = used;
	assert_true(job_look_parse(answer + at, sizeof(answer) - 1 - at, &look, &used));
	assert_string_equal(look.status->id, "b");
	assert_int_equal(look.status->state, JOB_RUNNING);
	assert_true(isnan(look.status->started));
	assert_int_equal(at + used, sizeof(answer) - 1);
	job_look_clear(&look);
	assert_false(job_look_parse("\n", 1, &look, &used));
	assert_false(job_look_parse("", 0, &look, &used));
	assert_false(job_look_parse("sh: tw_job_look: not found\n", 27, &look, &used));
	assert_true(job_look_parse("refused no \033[31mroom\n", 21, &look, &used));
	assert_string_equal(look.status->refused, "no room");
	job_look_clear(&look);
}

static void split(const char *s, size_t n, const char *want, int marks)
{
	struct marks m = {0};
	struct buf out;

	buf_init(&out, 0);
	marks_split(s, n, TOKEN, &out, &m);
	assert_string_equal(buf_str(&out), want);
	assert_int_equal(m.n, marks);
	marks_clear(&m);
	buf_clear(&out);
}

static void test_split(void **state)
{
	(void)state;
	split("", 0, "", 0);
	split("plain\nlines", 11, "plain\nlines", 0);
	split("50%" TOKEN " say =a\nrest", 31, "50%rest", 1);
	split(TOKEN " fact =a =1\n" TOKEN " say =b\n", 52, "", 2);
	/*
	 * Unfinished, of an unknown kind, or not a mark at all: never shown as one, and an
	 * unfinished one is kept.
	 */
	split("x" TOKEN " say =a", 24, "x" TOKEN " say =a", 0);
	split("x" TOKEN " nothing =a\ny", 30, "xy", 0);
	split("x" TOKEN "\ny", 19, "xy", 0);
}

/* Any bytes: no crash, and all that comes out is clean. */
static void test_hostile(void **state)
{
	static const char base[] =
		"id r\nstate done\nmark 1 say =a%0 =%ZZ =\xff\xfe%1B[2J =\xe2\x80\xae\nmark "
		"99999999999999999999 say =b\n"
		"mark x say\nparts 1 2 3 4 5 6\nparts 999999 -7\nsize -5\nfrom 3\n\n";
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		char copy[sizeof(base)];
		struct job_look look;
		size_t used;

		memcpy(copy, base, sizeof(base));
		for (int k = 0; i && k < 4; k++)
			copy[(size_t)rand_r(&seed) % (sizeof(base) - 1)] = (char)rand_r(&seed);
		if (!job_look_parse(copy, (size_t)rand_r(&seed) % sizeof(base), &look, &used))
			continue;
		for (size_t m = 0; m < look.marks.n; m++) {
			for (int w = 0; w < look.marks.list[m].nwords; w++)
				assert_true(text_is_clean(look.marks.list[m].words[w]));
		}
		assert_true(text_is_clean(look.status->id));
		for (int p = 0; p < PART_COUNT; p++)
			assert_in_range(look.status->part_status[p] + 1, 0, 256);
		job_look_clear(&look);
	}
}

static void test_limits(void **state)
{
	struct marks m = {0};
	struct buf line;

	(void)state;
	buf_init(&line, 0);
	buf_adds(&line, "say");
	for (int i = 0; i < 100; i++)
		buf_addf(&line, " =%d", i);
	for (int i = 0; i < MARKS_MAX + 10; i++)
		assert_true(marks_add(&m, 0, line.data, line.len));
	assert_int_equal(m.n, MARKS_MAX);
	assert_int_equal(m.list[0].nwords, MARK_WORDS_MAX);
	buf_clear(&line);
	marks_clear(&m);
}

static void test_quote(void **state)
{
	char *q = shell_quote("it's $(x) \\ \"\n");

	(void)state;
	assert_string_equal(q, "'it'\\''s $(x) \\ \"\n'");
	free(q);
	q = shell_quote("");
	assert_string_equal(q, "''");
	free(q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_look),
		cmocka_unit_test(test_look_several),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_quote),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
