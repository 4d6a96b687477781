#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"

static void grows_and_ends_in_zero(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	assert_string_equal(buf_str(&b), "");
	for (int i = 0; i < 100000; i++) {
		assert_int_equal(buf_addc(&b, (char)('a' + i % 26)), 0);
		if (i % 1000 == 0)
			assert_int_equal(b.data[b.len], 0);
	}
	assert_int_equal(b.len, 100000);
	assert_false(b.cut);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(b.data[i], 'a' + i % 26);
	buf_reset(&b);
	assert_int_equal(b.len, 0);
	assert_string_equal(buf_str(&b), "");
	buf_addf(&b, "%d-%s", 42, "x");
	assert_string_equal(buf_str(&b), "42-x");
	buf_clear(&b);
	assert_null(b.data);
}

static void limit_keeps_what_fits(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 8);
	assert_int_equal(buf_adds(&b, "12345678"), 0);
	assert_false(b.cut);
	assert_int_equal(buf_addc(&b, '9'), ERR_LIMIT);
	assert_true(b.cut);
	assert_string_equal(buf_str(&b), "12345678");
	buf_clear(&b);
	assert_int_equal(b.max, 8);
	assert_int_equal(buf_add(&b, "123456789", 9), ERR_LIMIT);
	assert_string_equal(buf_str(&b), "12345678");
	buf_reset(&b);
	assert_false(b.cut);
	assert_int_equal(buf_addf(&b, "%s%s", "12345", "67890"), ERR_LIMIT);
	assert_string_equal(buf_str(&b), "12345678");
	buf_clear(&b);
	buf_init(&b, 1);
	assert_int_equal(buf_adds(&b, "ab"), ERR_LIMIT);
	assert_string_equal(buf_str(&b), "a");
	buf_clear(&b);
}

static void bytes_with_zeros(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	buf_add(&b, "a\0b", 3);
	buf_add(&b, NULL, 0);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.data, "a\0b", 4);
	buf_clear(&b);
}

static void drain_drops_the_first(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	buf_drain(&b, 5); /* nothing there */
	buf_adds(&b, "0123456789");
	buf_drain(&b, 0);
	buf_drain(&b, 3);
	assert_string_equal(buf_str(&b), "3456789");
	buf_drain(&b, 100);
	assert_int_equal(b.len, 0);
	assert_string_equal(buf_str(&b), "");
	buf_clear(&b);
}

static void take_hands_over(void **state)
{
	struct buf b;
	char *s;

	(void)state;
	buf_init(&b, 100);
	s = buf_take(&b);
	assert_string_equal(s, "");
	free(s);
	buf_adds(&b, "mine");
	s = buf_take(&b);
	assert_string_equal(s, "mine");
	assert_int_equal(b.len, 0);
	assert_int_equal(b.max, 100);
	buf_adds(&b, "again");
	assert_string_equal(s, "mine");
	free(s);
	buf_wipe(&b);
	assert_null(b.data);
}

static void copies_of_strings(void **state)
{
	char *s;

	(void)state;
	s = xstrndup("abcdef", 3);
	assert_string_equal(s, "abc");
	free(s);
	s = xstrndup("ab", 10);
	assert_string_equal(s, "ab");
	FREE(s);
	assert_null(s);
	s = xasprintf("%s/%d", "a", 7);
	assert_string_equal(s, "a/7");
	free(s);
	s = xcalloc(0, 0);
	assert_non_null(s);
	free(s);
}

static void errors_are_one_clean_line(void **state)
{
	struct err e = {0};
	char big[2000];

	(void)state;
	assert_int_equal(err_set(&e, ERR_IO, "cannot read %s", "/x"), ERR_IO);
	assert_int_equal(e.code, ERR_IO);
	assert_string_equal(e.text, "cannot read /x");
	err_prefix(&e, "phase %d", 1);
	assert_string_equal(e.text, "phase 1: cannot read /x");
	assert_int_equal(e.code, ERR_IO);
	err_set(&e, ERR_FAILED, "%s again", e.text); /* its own text as an argument */
	assert_string_equal(e.text, "phase 1: cannot read /x again");
	err_set(&e, ERR_FAILED, "server said: %s", "\x1b[2Jno\nway\xff");
	assert_string_equal(e.text, "server said: no way\xef\xbf\xbd");
	assert_int_equal(err_set(NULL, ERR_LINK, "nobody listens"), ERR_LINK);

	for (size_t i = 0; i + 2 < sizeof big; i += 2)
		memcpy(big + i, "\xc3\xa9", 3);
	err_set(&e, ERR_FAILED, "x%s", big);
	assert_true(strlen(e.text) < sizeof e.text);
	assert_string_equal(e.text + strlen(e.text) - 5, "\xc3\xa9\xe2\x80\xa6");
	err_prefix(&e, "%s", big);
	assert_string_equal(e.text + strlen(e.text) - 5, "\xc3\xa9\xe2\x80\xa6");
}

static void exit_statuses(void **state)
{
	(void)state;
	assert_int_equal(err_exit_status(0), 0);
	assert_int_equal(err_exit_status(ERR_FAILED), 1);
	assert_int_equal(err_exit_status(ERR_USAGE), 2);
	assert_int_equal(err_exit_status(ERR_LINK), 3);
	assert_int_equal(err_exit_status(ERR_REFUSED), 4);
	assert_int_equal(err_exit_status(ERR_LIMIT), 1);
	assert_int_equal(err_exit_status(ERR_IO), 1);
	assert_int_equal(err_exit_status(-99), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_ends_in_zero),
		cmocka_unit_test(limit_keeps_what_fits),
		cmocka_unit_test(bytes_with_zeros),
		cmocka_unit_test(drain_drops_the_first),
		cmocka_unit_test(take_hands_over),
		cmocka_unit_test(copies_of_strings),
		cmocka_unit_test(errors_are_one_clean_line),
		cmocka_unit_test(exit_statuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
