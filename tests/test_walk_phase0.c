/* Phase 0 walked on the server of 4 February: what ships as it stands, each step confirmed in the way its risk asks for;
 * / ends at the 74 % of the documents because the steps' own commands freed it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "tests/walk.h"

enum how { BY_ENTER, BY_Y, BY_WORD };

static const struct {
	int row;
	enum how how;
	const char *word, *title, *then;
} steps[] = {
	{0, BY_ENTER, NULL, "Audit before", "22 findings: 1 critical, 9 warnings, 0 not known"},
	{1, BY_Y, NULL, "Cut the journal down and limit it", "at most 500M, 3 days kept"},
	{2, BY_WORD, "clean-logs", "Empty large logs, delete rotated ones", "the logs take 17G now"},
	{3, BY_Y, NULL, "Rotate each log by one rule, every hour", "logrotate -d reads 2 logs"},
	{4, BY_ENTER, NULL, "Warn when a disk fills up", "a line got through to syslog"},
	{6, BY_Y, NULL, "Delete evicted and failed pods", "none is left"},
	{8, BY_Y, NULL, "Limit and delete old ReplicaSets", "each Deployment keeps 3"},
	{14, BY_ENTER, NULL, "Audit after, compared", "22 findings: 0 critical"},
};

static void step(struct walk *w, size_t i)
{
	char *done = xasprintf("%s: done", steps[i].title);
	char *asks = steps[i].word ? xasprintf("Type \"%s\"", steps[i].word) : xstrdup("Cancel");

	walk_prepare(w, steps[i].row);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, asks);
	if (steps[i].how == BY_WORD) {
		vt_keys(w->v, steps[i].word);
		vt_keys(w->v, ENTER);
	} else {
		vt_keys(w->v, steps[i].how == BY_Y ? "y" : "\t" ENTER);
	}
	vt_wait(w->v, done);
	vt_wait(w->v, steps[i].then);
	free(asks);
	free(done);
}

static void test_phase_0(void **state)
{
	struct walk *w = *state;
	char *said;

	w->which = "--demo";
	w->ready = "17/22";
	walk_start(w, NULL);
	walk_root(w);
	vt_keys(w->v, "7");
	vt_wait(w->v, "0-stabilisation");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Audit before");
	vt_wait(w->v, "Criteria");
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		step(w, i);
	walk_row(w, 7); /* nothing is chosen: what is sick is shown, and nothing is run */
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "nothing is chosen: press e");
	vt_wait(w->v, "node-debugger-edgeserver-x7k2p");
	said = walk_sh(w, "df -h / | tail -n 1; kubectl get pods -A | grep -c Evicted; "
			  "logrotate -d \"$root\"/etc/logrotate.conf 2>&1 | grep -c duplicate; "
			  "kubectl get nodes -o 'jsonpath={.items[0].status.conditions[?(@.type==\"DiskPressure\")].status}'");
	assert_has(said, "98G   72G   27G  74% /");
	assert_has(said, "\n0\n0\nFalse");
	free(said);
	said = walk_get(w, "run/disk-alert");
	assert_string_equal(said, "");
	free(said);
	walk_quit(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_phase_0, walk_setup, walk_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
