/* The collector of the server itself: /proc as its shell prints it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "backends/host.h"
#include "tests/collect_answer.h"

static struct panel *panel_of(struct buf *b, const struct host *host)
{
	struct panel *p = answer_panel(PANEL_HOST, b->data, b->len, false, host);

	buf_clear(b);
	return p;
}

static double cpu_of(const char *readings)
{
	struct buf b;
	struct panel *p;
	double percent;

	buf_init(&b, 0);
	answer_text(&b, "cpu", 0, readings);
	p = panel_of(&b, NULL);
	percent = fact_value(p, "host.cpu.percent");
	panel_unref(p);
	return percent;
}

static void processor_use(void **state)
{
	(void)state;
	/* 100 ticks passed: 20 user, 10 system, 60 idle, 10 waiting for the disk (not busy). */
	assert_true(
		cpu_of("cpu 100 0 100 1000 50 0 0 0 0 0\ncpu 120 0 110 1060 60 0 0 0 0 0") == 30);
	/* Nothing passed, or the clock went back: the average since boot. */
	assert_true(cpu_of("cpu 10 0 10 80 0 0 0 0\ncpu 10 0 10 80 0 0 0 0") == 20);
	assert_true(cpu_of("cpu 99 0 99 80 0 0 0 0\ncpu 10 0 10 80 0 0 0 0") == 20);
	assert_true(isnan(cpu_of("cpu 1 2 3 4")));
	assert_true(isnan(cpu_of("cpu 1 2 x 4 5\ncpu 1 2 3 4 5")));
	assert_true(isnan(cpu_of("cpu0 1 2 3 4 5\ncpu0 1 2 3 4 5")));
	assert_true(isnan(cpu_of("")));
	assert_true(isnan(cpu_of("cpu 0 0 0 0 0\ncpu 0 0 0 0 0")));
}

static void memory_and_load(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_capture(&b, "memory", 0, "trixie/meminfo.stdout");
	answer_capture(&b, "load", 0, "trixie/loadavg.stdout");
	answer_text(&b, "cpus", 0, "2");
	answer_text(&b, "uptime", 0, "3600.5");
	answer_text(&b, "kernel", 0, "6.12.107+deb13-amd64");
	answer_text(&b, "system", 0, "\"Debian GNU/Linux 13 (trixie)\"");
	p = panel_of(&b, NULL);
	assert_int_equal(p->state, PANEL_OK);
	assert_true(fact_value(p, "host.memory.total") == 988284.0 * 1024);
	assert_true(fact_value(p, "host.memory.available") == 706224.0 * 1024);
	assert_true(fabs(fact_value(p, "host.memory.percent") - 28.54) < 0.01);
	assert_true(isnan(fact_value(p, "host.swap.used"))); /* five lines only */
	assert_true(fact_value(p, "host.load1") == 2.66);
	assert_true(fact_value(p, "host.load5") == 1.13);
	assert_true(fact_value(p, "host.load15") == 0.42);
	assert_true(fact_value(p, "host.uptime") == 3600.5);
	assert_string_equal(fact_text(p, "host.kernel"), "6.12.107+deb13-amd64");
	assert_string_equal(fact_text(p, "host.system"), "Debian GNU/Linux 13 (trixie)");
	assert_int_equal(p->nnotes, 0);
	panel_unref(p);
}

static void alerts(void **state)
{
	struct host_setting settings[] = {
		{(char *)"threshold.host.memory.percent", (char *)"50", 1}};
	struct host host = {.settings = settings, .nsettings = 1};
	static const char memory[] = "MemTotal: 1000 kB\nMemAvailable: 400 kB\n"
				     "SwapTotal: 100 kB\nSwapFree: 40 kB\n";
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "memory", 0, memory);
	answer_text(&b, "load", 0, "1 9.5 1 1/140 1230");
	answer_text(&b, "cpus", 0, "4");
	answer_text(&b, "uptime", 0, "1");
	answer_text(&b, "units", 0,
		"docker.service loaded failed failed Docker Application Container Engine\n"
		"x@1.service loaded failed failed Something\n");
	p = panel_of(&b, &host);
	assert_true(fact_value(p, "host.swap.used") == 60.0 * 1024);
	assert_true(fact_value(p, "host.units.failed") == 2);
	assert_true(note_has(p, LEVEL_WARN, "2 failed units: docker.service, x@1.service"));
	assert_true(note_has(p, LEVEL_WARN, "memory is 60 % used"));
	assert_true(note_has(p, LEVEL_WARN, "load is 9.5 on 4 processors"));
	assert_string_equal(cell_find(p, "units", "docker.service", "state")->text, "failed");
	panel_unref(p);
	/* The same without the profile: 60 % is not too much. */
	buf_init(&b, 0);
	answer_text(&b, "memory", 0, memory);
	answer_text(&b, "uptime", 0, "1");
	answer_capture(&b, "units", 0, "trixie/systemctl-failed.stdout");
	p = panel_of(&b, NULL);
	assert_int_equal(p->nnotes, 0);
	assert_true(fact_value(p, "host.units.failed") == 0);
	panel_unref(p);
}

/* No systemd: how many units failed is not known, which is not none. */
static void unknown_is_not_zero(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "uptime", 0, "1");
	answer_text(&b, "units", 1, "");
	p = panel_of(&b, NULL);
	assert_null(panel_find_fact(p, "host.units.failed"));
	assert_true(isnan(fact_value(p, "host.memory.percent")));
	assert_true(isnan(fact_value(p, "host.load1")));
	panel_unref(p);
	buf_init(&b, 0);
	answer_text(&b, "clock", 0, "1795257204 1");
	p = panel_of(&b, NULL);
	assert_int_equal(p->state, PANEL_FAILED);
	panel_unref(p);
}

/* The list is read after the uptime: a guest has shown the console's own docker with an age of -0.78 s. */
static void a_process_that_has_just_begun(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "memory", 0, "MemTotal:         988288 kB\n");
	answer_text(&b, "uptime", 0, "52.94");
	answer_text(&b, "pagesize", 0, "4096");
	answer_text(&b, "processes", 0, "3449 999 0 5372 R docker\n");
	p = panel_of(&b, NULL);
	assert_true(cell_find(p, "processes", "999", "age")->number == 0);
	assert_true(isnan(cell_find(p, "processes", "999", "cpu")->number));
	panel_unref(p);
}

static void processes(void **state)
{
	struct buf b;
	struct panel *p;

	(void)state;
	buf_init(&b, 0);
	answer_text(&b, "uptime", 0, "1000.00");
	answer_text(&b, "pagesize", 0, "4096\n");
	answer_text(&b, "memory", 0, "MemTotal: 1000 kB\nMemAvailable: 500 kB\n");
	answer_text(&b, "processes", 0,
		"25 42 5000 50000 S a name (with) blanks\n"
		"10 43 0 99999 Z x\n"
		"broken\n7 8 9\n");
	p = panel_of(&b, NULL);
	assert_int_equal(panel_find_table(p, "processes")->nrows, 2);
	assert_string_equal(cell_find(p, "processes", "42", "name")->text, "a name (with) blanks");
	assert_true(cell_find(p, "processes", "42", "memory")->number == 25 * 4096);
	assert_true(cell_find(p, "processes", "42", "share")->number == 10);
	assert_true(cell_find(p, "processes", "42", "age")->number == 500);
	assert_true(cell_find(p, "processes", "42", "cpu")->number == 10); /* 50 s in 500 s */
	panel_unref(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(processor_use),
		cmocka_unit_test(memory_and_load),
		cmocka_unit_test(alerts),
		cmocka_unit_test(unknown_is_not_zero),
		cmocka_unit_test(processes),
		cmocka_unit_test(a_process_that_has_just_begun),
	};
	return cmocka_run_group_tests_name("collect_host", tests, NULL, NULL);
}
