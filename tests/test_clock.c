#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"

static void clocks_go_forward(void **state)
{
	int64_t before = clock_ms(), after;
	int64_t wall = clock_wall_ms();
	struct timespec nap = {.tv_nsec = 20 * 1000000};

	(void)state;
	nanosleep(&nap, NULL);
	after = clock_ms();
	assert_in_range(after - before, 20, 60000);
	assert_true(wall / 1000 - time(NULL) <= 1 && time(NULL) - wall / 1000 <= 1);
}

static void assert_written(int64_t ms, const char *expected)
{
	char out[CLOCK_RFC3339_SIZE];

	assert_string_equal(clock_rfc3339(ms, out), expected);
}

static void times_are_written(void **state)
{
	(void)state;
	assert_written(0, "1970-01-01T00:00:00.000Z");
	assert_written(1770552000123, "2026-02-08T12:00:00.123Z");
	assert_written(1709164800000, "2024-02-29T00:00:00.000Z");
	assert_written(-1, "1969-12-31T23:59:59.999Z");
	assert_written(INT64_MAX, "?");
	assert_written(INT64_MIN, "?");
}

static void times_are_read(void **state)
{
	static const char *const wrong[] = {"", "2026-02-08", "2026-02-08T12:00:00", "2026-02-30T12:00:00Z",
		"2025-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z",
		"2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-1-01T00:00:00Z",
		"2026-01-01 00:00:00Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx",
		"2026-01-01T00:00:00+0200", "2026-01-01T00:00:00+24:00", "+026-01-01T00:00:00Z",
		" 2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z\n"};

	(void)state;
	assert_int_equal(clock_parse_rfc3339("1970-01-01T00:00:00Z"), 0);
	assert_int_equal(clock_parse_rfc3339("2026-02-08T12:00:00.123Z"), 1770552000123);
	assert_int_equal(clock_parse_rfc3339("2026-02-08T12:00:00.123456789Z"), 1770552000123);
	assert_int_equal(clock_parse_rfc3339("2026-02-08T12:00:00.1Z"), 1770552000100);
	assert_int_equal(clock_parse_rfc3339("2026-02-08T13:00:00.123+01:00"), 1770552000123);
	assert_int_equal(clock_parse_rfc3339("2026-02-08T06:30:00.123-05:30"), 1770552000123);
	assert_int_equal(clock_parse_rfc3339("2026-02-08t12:00:00.123z"), 1770552000123);
	assert_int_equal(clock_parse_rfc3339("2024-02-29T00:00:00Z"), 1709164800000);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		if (clock_parse_rfc3339(wrong[i]) != -1)
			fail_msg("\"%s\" was taken for a time", wrong[i]);
	assert_int_equal(clock_parse_rfc3339(NULL), -1);
}

static void there_and_back(void **state)
{
	unsigned seed = (unsigned)time(NULL);

	(void)state;
	print_message("seed %u\n", seed);
	srandom(seed);
	for (int i = 0; i < 20000; i++) {
		/* 1970 to 9999 */
		int64_t ms = (int64_t)(((uint64_t)random() << 31 ^ (uint64_t)random()) % 253402300800000);
		char out[CLOCK_RFC3339_SIZE];

		assert_int_equal(clock_parse_rfc3339(clock_rfc3339(ms, out)), ms);
	}
}

/* The workstation's time zone has no part in it. */
static void time_zone_changes_nothing(void **state)
{
	(void)state;
	setenv("TZ", "America/St_Johns", 1);
	tzset();
	assert_written(1770552000123, "2026-02-08T12:00:00.123Z");
	assert_int_equal(clock_parse_rfc3339("2026-02-08T12:00:00.123Z"), 1770552000123);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks_go_forward),
		cmocka_unit_test(times_are_written),
		cmocka_unit_test(times_are_read),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(time_zone_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
