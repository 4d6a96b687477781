/* The console led by the mouse: wheel, rows, tabs, keys of the bottom line, buttons; and that no
 * haste with it confirms anything. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "tests/walk.h"

/* What a terminal sends for n presses of a button (0 left, 64 and 65 the wheel) at a cell, each
 * with its release. */
static void press(struct walk *w, int button, int row, int col, int n)
{
	char one[64], all[512] = "";

	snprintf(one, sizeof(one), "\033[<%d;%d;%dM\033[<%d;%d;%dm", button, col + 1, row + 1,
		button, col + 1, row + 1);
	for (int i = 0; i < n; i++)
		strncat(all, one, sizeof(all) - strlen(all) - 1);
	vt_keys(w->v, all);
}

/* Where text stands: its first letter's cell. */
static void find(struct walk *w, const char *text, int *row, int *col)
{
	vt_wait(w->v, text);
	assert_true(vt_find(w->v, text, row, col));
}

static void click(struct walk *w, const char *text)
{
	int row, col;

	find(w, text, &row, &col);
	press(w, 0, row, col + 1, 1);
}

/* On what has the focus a click is taken half a second after the one before: again until it does
 * what it should. */
static void click_until(struct walk *w, const char *button, const char *gone)
{
	for (int i = 0; i < 40 && vt_has(w->v, gone); i++) {
		if (vt_has(w->v, button))
			click(w, button);
		vt_pump(w->v, 600);
	}
	vt_wait_gone(w->v, gone);
}

static void begin(struct walk *w, int rows, int cols)
{
	walk_demo(w, rows, cols, NULL, NULL);
	walk_root(w);
}

static void test_places_and_rows(void **state)
{
	struct walk *w = *state;
	int row, col;

	begin(w, 24, 80);
	vt_wait(w->v, "17/17");
	click(w, "Pods 5"); /* a tab */
	vt_wait(w->v, "1 of 17");
	find(w, "coredns", &row, &col);
	press(w, 65, row, col, 1);
	vt_wait(w->v, "4 of 17"); /* the wheel, three rows */
	find(w, "grafana", &row, &col);
	press(w, 0, row, col, 1);
	vt_wait_gone(w->v, "4 of 17");
	assert_false(vt_has(w->v, "Esc: close"));
	press(w, 0, row, col, 1); /* the second click opens */
	vt_wait(w->v, "Esc: close");
	vt_keys(w->v, ESC);
	vt_wait_gone(w->v, "Esc: close");
	find(w, "edgeserver  Ready", &row, &col); /* another pane: the first click goes there */
	press(w, 0, row, col, 1);
	vt_wait_gone(w->v, "of 17");
	click(w, "? help"); /* a key of the bottom line */
	vt_wait(w->v, "Everywhere");
	vt_keys(w->v, ESC);
	vt_wait_gone(w->v, "Everywhere");
	click(w, "/ filter");
	vt_wait(w->v, "PCRE2");
	vt_keys(w->v, ESC);
	click(w, "9 Reports");
	vt_wait(w->v, "this one");
	click(w, "this one");
	vt_wait(w->v, "Summary"); /* the row under the cursor: opened */
	click(w, "8 Log");
	vt_wait(w->v, "f follow"); /* the bottom line is painted last */
	click(w, "q quit");
	assert_int_equal(vt_end(w->v), 0);
	vt_assert_restored(w->v);
	assert_int_equal(w->v->mouse, 0);
	vt_free(w->v);
	w->v = NULL;
}

static void test_phases(void **state)
{
	struct walk *w = *state;
	int row, col;

	begin(w, 24, 80);
	click(w, "7 Phases");
	vt_wait(w->v, "1-foundation");
	click(w, "Phase 1: foundation"); /* selects it */
	click(w, "Phase 1: foundation"); /* opens it */
	vt_wait(w->v, "Criteria 2/9");
	click(w, "Measure the disks");
	vt_wait(w->v, "How fast each disk reads");
	click(w, "No DiskPressure");
	vt_wait(w->v, "Measured: node.diskpressure");
	click(w, "Extend the root");
	vt_wait(w->v, "Most of the volume group");
	find(w, "Most of the volume group", &row, &col);
	press(w, 65, row, col, 2); /* the wheel over the card scrolls the card */
	vt_wait_gone(w->v, "Most of the volume group");
	press(w, 64, row, col, 3);
	vt_wait(w->v, "Most of the volume group");
	vt_keys(w->v, "m");
	vt_wait(w->v, "0 of " PHASE_1_OF " done");
	vt_wait(w->v, "before: the middle"); /* all of it is painted: a frame comes row by row */
	click(w, "Measure the disks");
	click(w, "Measure the disks"); /* from the map to its card */
	vt_wait(w->v, "How fast each disk reads");
	walk_quit(w);
}

/* Nothing is confirmed by clicks in haste, nor by clicks that came before the question. */
static void test_no_stray_click(void **state)
{
	struct walk *w = *state;
	int row, col;

	begin(w, 36, 120);
	walk_phase(w);
	walk_row(w, 2);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Ready: read");
	vt_keys(w->v, ENTER);
	find(w, " Run it ", &row, &col);
	vt_wait(w->v, "Tab, Enter: Run it");
	press(w, 0, row, col + 2, 6);  /* six in one breath: at most the first moves the focus */
	vt_keys(w->v, "\033[<0;1;1M"); /* beside everything */
	vt_wait(w->v, "Tab, Enter: Run it");
	vt_keys(w->v, ESC);
	vt_wait_gone(w->v, "Tab, Enter: Run it");
	/* the key that asks and clicks where the button will be, before it is there */
	vt_keys(w->v, "x");
	press(w, 0, row, col + 2, 6);
	vt_wait(w->v, "Tab, Enter: Run it");
	vt_keys(w->v, ESC);
	vt_wait_gone(w->v, "Tab, Enter: Run it");
	assert_int_equal(walk_records(w, "\"kind\":\"job-start\"", NULL), 0);
	/* Cancel has the focus: a click on it cancels */
	vt_keys(w->v, "x");
	vt_wait(w->v, "Tab, Enter: Run it");
	click_until(w, " Cancel ", "Tab, Enter: Run it");
	assert_int_equal(walk_records(w, "\"kind\":\"job-start\"", NULL), 0);
	/* deliberately: focus, then the button */
	vt_keys(w->v, "x");
	vt_wait(w->v, "Tab, Enter: Run it");
	click_until(w, " Run it ", "Tab, Enter: Run it");
	vt_wait(w->v, "Measure the disks: done");
	assert_int_equal(walk_records(w, "\"kind\":\"job-start\"", NULL), 1);
	/* what must be typed is typed */
	walk_ask_extend(w);
	for (row = 0; row < 36; row++)
		press(w, 0, row, 60, 1);
	vt_wait(w->v, "Type \"150G\"");
	vt_keys(w->v, ESC);
	vt_wait_gone(w->v, "Type \"150G\"");
	assert_int_equal(walk_records(w, "\"kind\":\"job-start\"", NULL), 1);
	walk_quit(w);
}

/* Off: the terminal has it. After Ctrl-Z and a crash, too. */
static void test_given_back(void **state)
{
	struct walk *w = *state;

	begin(w, 24, 80);
	assert_int_equal(w->v->mouse, VTERM_PROP_MOUSE_CLICK);
	vt_keys(w->v, ":mouse off" ENTER);
	vt_wait(w->v, "the mouse is the terminal's again");
	assert_int_equal(w->v->mouse, 0);
	vt_keys(w->v, ":mouse on" ENTER);
	vt_wait(w->v, "the mouse works here");
	assert_int_equal(w->v->mouse, VTERM_PROP_MOUSE_CLICK);
	vt_keys(w->v, "\032");
	vt_wait_stopped(w->v);
	assert_int_equal(w->v->mouse, 0);
	kill(w->v->pid, SIGCONT);
	vt_keys(w->v, "2");
	vt_wait(w->v, "What takes the space");
	assert_int_equal(w->v->mouse, VTERM_PROP_MOUSE_CLICK);
	kill(w->v->pid, SIGSEGV);
	vt_end(w->v);
	assert_int_equal(w->v->mouse, 0);
	vt_assert_restored(w->v);
	vt_free(w->v);
	w->v = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		walk_test(test_places_and_rows),
		walk_test(test_phases),
		walk_test(test_no_stray_click),
		walk_test(test_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
