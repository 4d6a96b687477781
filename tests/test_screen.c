/* The console on the demo, as an operator walks through it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "tests/scene.h"
#include "tui/command.h"

static void assert_row_has(struct vt *v, int row, const char *text)
{
	char *s = vt_row(v, row);

	if (!strstr(s, text)) {
		vt_print(v);
		fail_msg("row %d has no \"%s\"", row, text);
	}
	free(s);
}

static void test_overview(void **state)
{
	static const char *const seen[] = {
		"Server",
		"2 Disks",
		"3 LVM",
		"4 Pods",
		"5 Docker",
		"6 Backups",
		"Alerts",
		"85 %",
		"DiskPressure",
		"Processor",
		"Memory",
	};
	static const int sizes[][2] = {{24, 80}, {36, 120}};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct vt *v = scene_demo(sizes[i][0], sizes[i][1], NULL);

		assert_true(v->alternate);
		for (size_t k = 0; k < sizeof seen / sizeof seen[0]; k++)
			vt_wait(v, seen[k]);
		assert_row_has(v, 0, "demo");
		for (int p = 0; p < PLACE_COUNT; p++)
			assert_row_has(v, 1, place_title((enum place)p));
		assert_row_has(v, sizes[i][0] - 1, "help");
		assert_row_has(v, sizes[i][0] - 1, "quit");
		scene_quit(v);
	}
}

static void test_places_and_panes(void **state)
{
	struct vt *v = scene_demo(24, 80, NULL);
	int before, after;

	(void)state;
	vt_keys(v, "2");
	vt_wait(v, "What takes the space");
	vt_wait(v, "/twisterlab/data-warehouse");
	vt_keys(v, "5");
	vt_wait(v, "Containers 4");
	vt_keys(v, "6");
	vt_wait(v, "there is no PostgreSQL backup");
	vt_keys(v, "4");
	vt_wait(v, "Pods 142");
	vt_keys(v, "S"); /* the demo's sudo asks nothing */
	vt_wait(v, "the root shell is open");
	vt_keys(v, "3");
	vt_wait(v, "ubuntu-vg");
	vt_wait(v, "free extents");
	vt_keys(v, "7");
	vt_wait(v, "1-foundation");
	vt_keys(v, "8");
	vt_wait(v, "the root shell is open");
	vt_keys(v, "9");
	vt_wait(v, "Runs and sessions");
	vt_keys(v, "4");
	vt_wait(v, "1 of 142");
	assert_true(vt_find(v, "Deployments", &before, NULL));
	vt_keys(v, "\t"); /* the next pane gets more room */
	vt_wait(v, "local-path-provisioner  1/1");
	assert_true(vt_find(v, "Deployments", &after, NULL));
	assert_true(after < before);
	vt_keys(v, "\033");
	vt_wait(v, "Alerts");
	scene_quit(v);
}

static void test_filter_and_sort(void **state)
{
	struct vt *v = scene_demo(30, 110, NULL);
	int row;

	(void)state;
	vt_keys(v, "4");
	vt_wait(v, "Pods 142");
	vt_keys(v, "/!evicted\r");
	vt_wait(v, "22 of 142");
	vt_wait_gone(v, "Evicted  ");
	vt_keys(v, "/(\r");
	vt_wait(v, "missing closing parenthesis");
	vt_keys(v, "j");
	vt_wait(v, "22 of 142"); /* a wrong pattern leaves the old one */
	vt_keys(v, ":sort restarts\r");
	vt_wait(v, "restarts \u2191");
	vt_keys(v, "O");
	vt_wait(v, "restarts \u2193");
	vt_keys(v, "g");
	vt_wait(v, "523");
	assert_true(vt_find(v, "523", &row, NULL));
	assert_row_has(v, row, "builder");
	vt_keys(v, "\r"); /* detail of the row under the cursor */
	vt_wait(v, "Esc: close");
	vt_wait(v, "CrashLoopBackOff");
	vt_keys(v, "\033");
	vt_wait_gone(v, "Esc: close");
	vt_keys(v, "\033"); /* then the filter */
	vt_wait_gone(v, "22 of 142");
	vt_keys(v, ":sort nonsense\r");
	vt_wait(v, "no column \"nonsense\"");
	vt_keys(v, "y");
	vt_wait(v, "copied");
	assert_true(strlen(v->clipboard) > 10);
	scene_quit(v);
}

static void test_help_and_command_line(void **state)
{
	struct vt *v = scene_demo(24, 80, NULL);

	(void)state;
	vt_keys(v, "4");
	vt_wait(v, "Pods 142");
	vt_keys(v, "?");
	vt_wait(v, "sort by the next column");
	vt_keys(v, "\033[6~\033[6~\033[6~\033[6~");
	vt_wait(v, "No key changes the server by itself");
	vt_keys(v, "q");
	vt_wait_gone(v, "No key changes the server by itself");
	vt_keys(v, "\033OP"); /* F1 */
	vt_wait(v, "Everywhere");
	vt_keys(v, "\033");
	vt_wait_gone(v, "Everywhere");
	vt_keys(v, ":dis\t\r"); /* completed */
	vt_wait(v, "What takes the space");
	vt_keys(v, ":s\r");
	vt_wait(v, "several commands begin with \"s\"");
	vt_keys(v, ":frobnicate\r");
	vt_wait(v, "no command \"frobnicate\"");
	vt_keys(v, ":\033[A"); /* history */
	vt_wait(v, ":frobnicate");
	vt_keys(v, "\033[A");
	vt_wait_gone(v, ":frobnicate");
	vt_keys(v, "\033");
	vt_keys(v, ":theme li\t\r");
	vt_pump(v, 100);
	vt_keys(v, ":theme nosuch\r");
	vt_wait(v, "no theme \"nosuch\"");
	vt_keys(v, ":mouse off\r");
	vt_wait(v, "the mouse is the terminal's again");
	vt_keys(v, ":ov\t\r");
	vt_wait(v, "Alerts");
	scene_quit(v);
}

static void test_mouse(void **state)
{
	struct vt *v = scene_demo(24, 80, NULL);
	int row, col;
	char click[64];

	(void)state;
	assert_true(vt_find(v, "Docker", &row, &col));
	assert_int_equal(row, 1);
	snprintf(click, sizeof click, "\033[<0;%d;%dM\033[<0;%d;%dm", col + 3, row + 1, col + 3,
		row + 1);
	vt_keys(v, click);
	vt_wait(v, "Containers 4");
	vt_keys(v, "4");
	vt_wait(v, "1 of 142");
	assert_true(vt_find(v, "coredns", &row, NULL));
	snprintf(click, sizeof click, "\033[<65;10;%dM", row + 1);
	vt_keys(v, click);
	vt_wait(v, "4 of 142");
	scene_quit(v);
}

/* Every second something is painted: the cursor's row must not move with it, and nothing else may
 * either. */
static void test_live(void **state)
{
	struct vt *v = scene_demo(24, 80, NULL);
	char *first, *later;

	(void)state;
	vt_keys(v, "4");
	vt_wait(v, "1 of 142");
	vt_keys(v, "jjjjj");
	vt_wait(v, "6 of 142");
	first = vt_row(v, 12);
	vt_keys(v, "r");
	vt_wait(v, "reading everything again");
	vt_keys(v, "k");
	vt_wait(v, "5 of 142");
	later = vt_row(v, 12);
	assert_string_equal(first, later);
	free(first);
	free(later);
	scene_quit(v);
}

/* Words from the catalogue where only C.UTF-8 is installed; the phases' own where there is none
 * yet. */
static void test_french(void **state)
{
	static const char *const args[] = {"--demo=phase-1", "--lang", "fr", NULL};
	char *dir =
		xasprintf("%s/share/locale", getenv("TOP_BUILDDIR") ? getenv("TOP_BUILDDIR") : ".");
	struct vt *v = scene_start(30, 110, args, NULL);
	char *disks;

	(void)state;
	assert_int_equal(i18n_open(dir, "fr"), 0);
	disks = xasprintf("2 %s", i18n_text("Disks"));
	vt_wait(v, disks);
	vt_wait(v, "17/17");
	vt_keys(v, "7");
	vt_wait(v, "1-foundation");
	vt_keys(v, "\r");
	vt_wait(v, "\u00c9tendre");
	i18n_open(dir, "en");
	free(disks);
	free(dir);
	scene_quit(v);
}

static void test_first_run(void **state)
{
	static const char *const none[] = {NULL}, *const unknown[] = {"edgeserver", NULL};
	struct vt *v = scene_start(24, 80, none, NULL);

	(void)state;
	vt_wait(v, "Which server?");
	vt_wait(v, "another server");
	vt_keys(v, "\033[B\r"); /* the demo */
	vt_wait(v, "17/22");
	scene_quit(v);
	v = scene_start(24, 80, unknown, NULL);
	vt_wait(v, "What is edgeserver?");
	vt_keys(v, "\025"
		   "127.0.0.1:1\r");
	vt_wait(v, "Which user?");
	vt_keys(v, "\r");
	vt_wait(v, "Which key?");
	vt_keys(v, "\r");
	vt_wait(v, "r: now"); /* refused: the banner says what comes next */
	vt_wait(v, "edgeserver");
	vt_keys(v, "?");
	vt_wait(v, "Everywhere"); /* and every key works */
	vt_keys(v, "\033q");
	assert_int_equal(vt_end(v) >> 8, 3);
	vt_assert_restored(v);
	vt_free(v);
}

static void test_password(void **state)
{
	static const char *const asks[] = {"DEMO_SUDO=password", NULL};
	struct vt *v = scene_demo(24, 80, asks);
	char *all;

	(void)state;
	vt_keys(v, "S");
	vt_wait(v, "Enter: done");
	vt_keys(v, "twi");
	vt_wait(v, "***");
	vt_resize(v, 30, 100); /* what was typed stays */
	vt_wait(v, "***");
	vt_keys(v, "ster");
	vt_wait(v, "*******");
	all = vt_all(v);
	assert_null(strstr(all, "twister"));
	free(all);
	vt_keys(v, "\r");
	vt_wait(v, "the root shell is open");
	scene_quit(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overview),
		cmocka_unit_test(test_places_and_panes),
		cmocka_unit_test(test_filter_and_sort),
		cmocka_unit_test(test_help_and_command_line),
		cmocka_unit_test(test_mouse),
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_french),
		cmocka_unit_test(test_first_run),
		cmocka_unit_test(test_password),
	};

	return cmocka_run_group_tests(tests, scene_open, scene_close);
}
