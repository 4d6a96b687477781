/* How long steps took before, from journals that sessions left. */
#include <ftw.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/err.h"
#include "base/mask.h"
#include "runbook/store.h"
#include "runbook/took.h"

static char dir[64];

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/twistertui-took-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

struct done {
	const char *phase, *step, *job, *result;
	double started, ended;
};

static void session(const char *host, const char *name, const struct done *jobs, size_t n)
{
	struct mask *mask = mask_new();
	struct store *s;
	struct err e;

	assert_int_equal(store_open(dir, host, name, mask, &s, &e), 0);
	for (size_t i = 0; i < n; i++) {
		cJSON *o = cJSON_CreateObject();
		char run[32];

		snprintf(run, sizeof(run), "%s-1", jobs[i].phase);
		cJSON_AddStringToObject(o, "run", run);
		cJSON_AddStringToObject(o, "phase", jobs[i].phase);
		cJSON_AddStringToObject(o, "step", jobs[i].step);
		cJSON_AddStringToObject(o, "job", jobs[i].job);
		cJSON_AddStringToObject(o, "result", jobs[i].result);
		cJSON_AddNumberToObject(o, "started", jobs[i].started);
		cJSON_AddNumberToObject(o, "ended", jobs[i].ended);
		store_record(s, "job-state", o);
	}
	store_close(s, "quit");
	mask_free(mask);
}

static struct took *read_all(const char *except)
{
	struct took *t = took_new(dir, "edgeserver", "1-foundation", except);

	for (int tries = 0; !took_done(t) && tries < 2000; tries++)
		usleep(10000);
	assert_true(took_done(t));
	return t;
}

static void test_middle(void **state)
{
	static const struct done first[] = {
		{"1-foundation", "extend", "1-foundation-1.extend.1", "ok", 1000, 1060},
		{"1-foundation", "extend", "1-foundation-1.extend.1.undo", "ok", 1100, 1900},
		{"1-foundation", "extend", "1-foundation-1.extend.2", "half", 2000, 2900},
		{"1-foundation", "docker", "1-foundation-1.docker.1", "ok", 3000, 3010},
		{"0-stabilise", "extend", "0-stabilise-1.extend.1", "ok", 4000, 4999},
	};
	static const struct done second[] = {
		/* the same job, followed again; the same name on a server made anew */
		{"1-foundation", "extend", "1-foundation-1.extend.1", "ok", 1000, 1060},
		{"1-foundation", "extend", "1-foundation-1.extend.1", "ok", 9000, 9020},
		{"1-foundation", "extend", "1-foundation-1.extend.3", "ok", 9100, 9100},
	};
	static const struct done mine[] = {
		{"1-foundation", "docker", "1-foundation-2.docker.1", "ok", 9500, 9999}};
	struct took *t;
	size_t n;

	(void)state;
	session("edgeserver", "20260101T000000Z-aaaaaa", first, 5);
	session("edgeserver", "20260102T000000Z-bbbbbb", second, 3);
	session("edgeserver", "20260103T000000Z-cccccc", mine, 1);
	session("elsewhere", "20260104T000000Z-dddddd", mine, 1);
	t = read_all("20260103T000000Z-cccccc");
	assert_true(took_before(t, "extend", NAN, &n) == 20); /* of 60, 20 and 0 */
	assert_int_equal(n, 3);
	assert_true(took_before(t, "extend", 9100, &n) == 40); /* without this run's own: 60, 20 */
	assert_int_equal(n, 2);
	assert_true(took_before(t, "docker", NAN, NULL) == 10);
	assert_true(isnan(took_before(t, "measure", NAN, &n)));
	assert_int_equal(n, 0);
	assert_true(isnan(took_before(NULL, "docker", NAN, &n)));
	took_free(t);
}

static void test_nothing(void **state)
{
	struct took *t = read_all("20260103T000000Z-cccccc");

	(void)state;
	assert_true(isnan(took_before(t, "extend", NAN, NULL)));
	took_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_middle),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
