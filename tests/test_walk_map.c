/* The map of a phase: what is done and left, planned and measured times; a second run knows what
 * the first one took. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "tests/walk.h"

/* The row on which text stands; owned. */
static char *row_of(struct walk *w, const char *text)
{
	int row, col;

	vt_wait(w->v, text);
	assert_true(vt_find(w->v, text, &row, &col));
	return vt_row(w->v, row);
}

static void assert_row(struct walk *w, const char *of, const char *part)
{
	char *row = row_of(w, of);

	assert_has(row, part);
	free(row);
}

static void test_map(void **state)
{
	char left[] = "Left: " PHASE_1_OF " steps, about " PHASE_1_REST;
	struct walk *w = *state;

	walk_demo(w, 24, 80, NULL, NULL);
	walk_root(w);
	walk_phase(w);
	vt_keys(w->v, "m");
	vt_wait(w->v, "0 of " PHASE_1_OF " done");
	vt_wait(w->v, "Left: " PHASE_1_OF " steps, about " PHASE_1_TIME " (planned: " PHASE_1_TIME ").");
	assert_row(w, "Extend the root volume", "~10 min");
	vt_wait(w->v, "before: the middle");
	vt_keys(w->v, "m");
	vt_wait(w->v, "Criteria 2/9");
	walk_put(w, "demo/fail/progress", "600");
	walk_prepare(w, 0);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Type \"150G\"");
	vt_keys(w->v, "150G" ENTER);
	vt_wait(w->v, "running for");
	vt_keys(w->v, "m"); /* while it runs, too */
	vt_wait(w->v, "before: the middle"); /* the checklist had that row, too */
	assert_row(w, "Extend the root volume", "running");
	free(walk_sh(w, "rm \"$root\"/demo/fail/progress"));
	vt_wait(w->v, "Extend the root volume: done");
	vt_keys(w->v, "j"); /* the message goes */
	vt_wait(w->v, "1 of " PHASE_1_OF " done");
	vt_wait(w->v, "about " PHASE_1_REST);
	assert_row(w, "Extend the root volume", " s ");
	vt_keys(w->v, "gjj" ENTER); /* from a step back to the checklist, there */
	vt_wait(w->v, "Criteria 4/9");
	vt_wait(w->v, "How fast each disk reads");
	vt_keys(w->v, "ms"); /* what is done to a step shows the step */
	vt_wait(w->v, "Skip this step");
	vt_keys(w->v, "no time" ENTER);
	vt_wait(w->v, "Criteria 4/9");
	vt_keys(w->v, "m");
	vt_wait(w->v, "Skipped or deferred: 1. Criteria met: 4 of 9.");
	vt_keys(w->v, ESC);
	vt_wait(w->v, "Criteria 4/9");
	walk_quit(w);
	/* a new server, the same operator */
	walk_demo(w, 24, 80, NULL, NULL);
	walk_phase(w);
	vt_keys(w->v, "m");
	vt_wait(w->v, " s (1)");
	assert_row(w, "Extend the root volume", "~");
	assert_row(w, "Extend the root volume", " s (1)");
	assert_row(w, "Configure Docker", "~15 min");
	/* Of the minutes only the tens: where everything is slow, what was measured may be more than one. */
	left[strlen(left) - strlen("2 min")] = '\0';
	vt_wait(w->v, left);
	walk_quit(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		walk_test(test_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
