#include "runbook/criteria.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#undef test_free /* cmocka has one, too */

#include "backends/facts.h"
#include "base/err.h"

#define GIB 1073741824.0

/* What the server is known to be in these tests. */
static const struct fact *look_up(void *ctx, const char *name, double *age_s)
{
	static char overlay2[] = "overlay2", json_file[] = "json-file";
	static const struct fact facts[] = {
		{.name = "disk.root.size", .value = 158491213824.0, .since = NAN},
		{.name = "disk.root.percent", .value = 60, .since = NAN},
		{.name = "node.diskpressure", .value = 0, .since = 3601},
		{.name = "node.ready", .value = 1, .since = NAN},
		{.name = "pods.running", .value = 17, .since = 600},
		{.name = "pods.total", .value = 17, .since = NAN},
		{.name = "pods.ready", .value = 16, .since = NAN},
		{.name = "pods.failed", .value = NAN, .since = NAN},
		{.name = "docker.driver", .value = NAN, .text = overlay2, .since = NAN},
		{.name = "docker.log.driver", .value = NAN, .text = json_file, .since = NAN},
		{.name = "backup.postgres.age", .value = 90000, .since = NAN},
		{.name = "phase.speed", .value = 2.5, .since = NAN},
		{.name = "phase.active", .value = 1, .since = NAN},
	};

	(void)ctx;
	*age_s = 1;
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (strcmp(facts[i].name, name) == 0)
			return &facts[i];
	return NULL;
}

/* phase.active: as a phase of its own says. */
static enum unit unit_of(void *ctx, const char *name)
{
	const struct fact_def *d = fact_def_find(name);

	(void)ctx;
	return d ? d->unit : strcmp(name, "phase.active") == 0 ? UNIT_BOOL : UNIT_NUMBER;
}

static const struct {
	const char *test;
	enum verdict verdict;
	const char *why;
} cases[] = {
	{"disk.root.size > 140G", VERDICT_MET,
		"disk.root.size: 148G (158491213824 bytes) > 140G (150323855360 bytes)"},
	{"disk.root.size>=147.6G", VERDICT_MET,
		"disk.root.size: 148G (158491213824 bytes) >= 148G (158484293222 bytes)"},
	{"disk.root.size > 150G", VERDICT_NOT_MET,
		"disk.root.size: 148G (158491213824 bytes) <= 150G (161061273600 bytes)"},
	{"disk.root.size != 1", VERDICT_MET, "disk.root.size: 148G (158491213824 bytes) != 1"},
	{"disk.root.percent < 60", VERDICT_NOT_MET, "disk.root.percent: 60 % >= 60 %"},
	{"disk.root.percent <= 60%", VERDICT_MET, "disk.root.percent: 60 % <= 60 %"},
	{"disk.root.percent = 60", VERDICT_MET, "disk.root.percent: 60 % = 60 %"},
	{"pods.running = pods.total", VERDICT_MET, "pods.running: 17 = 17 (pods.total)"},
	{"pods.ready == pods.total", VERDICT_NOT_MET, "pods.ready: 16 != 17 (pods.total)"},
	{"pods.running = 17 for 10m", VERDICT_MET,
		"pods.running: 17 = 17; so for 10 min, 10 min asked for"},
	{"pods.running = 17 for 11m", VERDICT_NOT_MET,
		"pods.running: 17 = 17; so only for 10 min, 11 min asked for"},
	{"pods.total = 17 for 1h", VERDICT_UNKNOWN,
		"pods.total: 17 = 17; the server gives no evidence of how long, 1 h asked for"},
	{"pods.ready = 17 for 1h", VERDICT_NOT_MET, "pods.ready: 16 != 17"},
	{"node.diskpressure = no for 1h", VERDICT_MET,
		"node.diskpressure: no = no; so for 1 h, 1 h asked for"},
	{"node.diskpressure = 0", VERDICT_MET, "node.diskpressure: no = no"},
	{"node.ready = no", VERDICT_NOT_MET, "node.ready: yes != no"},
	{"node.ready = true", VERDICT_MET, "node.ready: yes = yes"},
	{"pods.failed = 0", VERDICT_UNKNOWN, "pods.failed is not known"},
	{"pods.total = pods.failed", VERDICT_UNKNOWN, "pods.failed is not known"},
	{"host.load1 < 3", VERDICT_UNKNOWN, "host.load1 is not known"},
	{"docker.driver = overlay2", VERDICT_MET, "docker.driver: overlay2 = overlay2"},
	{"docker.driver != \"over lay\"", VERDICT_MET, "docker.driver: overlay2 != over lay"},
	{"docker.driver = btrfs", VERDICT_NOT_MET, "docker.driver: overlay2 != btrfs"},
	{"docker.driver = docker.log.driver", VERDICT_NOT_MET,
		"docker.driver: overlay2 != json-file"},
	{"docker.driver = pods.total", VERDICT_UNKNOWN,
		"docker.driver cannot be compared: one side is a text"},
	{"pods.total = overlay2", VERDICT_UNKNOWN,
		"pods.total cannot be compared: one side is a text"},
	{"backup.postgres.age < 26h", VERDICT_MET, "backup.postgres.age: 25 h < 26 h"},
	{"phase.speed > 2", VERDICT_MET, "phase.speed: 2.50 > 2"},
	{"phase.active = yes", VERDICT_MET, "phase.active: yes = yes"},
};

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err e = {0, ""};
		struct test *t = test_parse(cases[i].test, &e);
		enum verdict v;
		char *why;

		if (!t)
			fail_msg("%s: %s", cases[i].test, e.text);
		v = test_judge(t, look_up, unit_of, NULL, &why);
		if (v != cases[i].verdict || strcmp(why, cases[i].why) != 0)
			fail_msg("%s: %s, %s\nwhere this was expected:\n%s, %s", cases[i].test,
				verdict_word(v), why, verdict_word(cases[i].verdict), cases[i].why);
		free(why);
		test_free(t);
	}
}

static void test_wrong(void **state)
{
	static const struct {
		const char *test, *says;
	} wrong[] = {
		{"", "should begin with a fact"},
		{"size > 3", "should begin with a fact"},
		{"3 > 2", "should begin with a fact"},
		{"Disk.Size > 3", "should begin with a fact"},
		{"disk. > 3", "should begin with a fact"},
		{"disk.root.size", "should follow the fact"},
		{"disk.root.size ~ 3", "should follow the fact"},
		{"disk.root.size > ", "is missing at the end"},
		{"disk.root.size > 3x", "is not a value"},
		{"disk.root.size > 1..2", "is not a value"},
		{"disk.root.size > -", "is not a value"},
		{"disk.root.size > big", "can only be = or !="},
		{"docker.driver = \"x", "quote is not closed"},
		{"disk.root.size > 3 4", "only \"for DURATION\" may follow"},
		{"disk.root.size > 3 for", "only \"for DURATION\" may follow"},
		{"disk.root.size > 3 for ever", "is not a duration"},
		{"disk.root.size > 3 for 0s", "is not a duration"},
		{"disk.root.size > 3 for 1h now", "is not a duration"},
		{"disk.root.size > 3\033[31m", "one line"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err e = {0, ""};
		struct test *t = test_parse(wrong[i].test, &e);

		if (t || !strstr(e.text, wrong[i].says))
			fail_msg("\"%s\": %s", wrong[i].test, e.text);
	}
}

static void test_names(void **state)
{
	struct test *t = test_parse("  pods.running =  pods.total  for  7d ", NULL);
	const char *first, *second;

	(void)state;
	assert_non_null(t);
	test_facts(t, &first, &second);
	assert_string_equal(first, "pods.running");
	assert_string_equal(second, "pods.total");
	test_free(t);
	t = test_parse("pods.running = 3", NULL);
	test_facts(t, &first, &second);
	assert_null(second);
	test_free(t);
	test_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases),
		cmocka_unit_test(test_wrong), cmocka_unit_test(test_names)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
