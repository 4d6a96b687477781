/* What an operator may answer besides yes: other parameters, reasons, and Ctrl-C while a step runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tests/walk.h"

#define CTRL_U "\025" /* clears an entry */

static void begin(struct walk *w, const char *fail)
{
	const char *const env[] = {fail, NULL};

	walk_start(w, fail ? env : NULL);
	walk_root(w);
	walk_phase(w);
}

static void test_skip_and_defer(void **state)
{
	struct walk *w = *state;
	const char *const report[] = {"--report", NULL};
	char *text;

	begin(w, NULL);
	walk_row(w, 1);
	vt_keys(w->v, "s");
	vt_wait(w->v, "Skip this step");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Something has to be typed");
	vt_keys(w->v, ESC);
	vt_wait_gone(w->v, "Skip this step");
	assert_int_equal(walk_records(w, "\"kind\":\"skip\"", NULL), 0);
	vt_keys(w->v, "s");
	vt_wait(w->v, "Skip this step");
	vt_keys(w->v, "Docker is tuned already" ENTER);
	vt_wait(w->v, "skipped");
	vt_wait(w->v, "Docker is tuned already");
	walk_wait_record(w, "\"kind\":\"skip\"", "Docker is tuned already");
	walk_row(w, 2);
	vt_keys(w->v, "d");
	vt_wait(w->v, "Defer this step");
	vt_keys(w->v, "the disks are busy" ENTER);
	vt_wait(w->v, "Until when?");
	vt_keys(w->v, "phase 1B" ENTER);
	vt_wait(w->v, "the disks are busy (until phase 1B)");
	vt_keys(w->v, "z");
	vt_wait_gone(w->v, "deferred");
	walk_confirm_extend(w);
	vt_wait(w->v, "Extend the root volume: done");
	walk_quit(w);
	assert_int_equal(walk_cli(w, report, NULL, &text), 0);
	assert_has(text, "Docker is tuned already");
	free(text);
}

static void test_parameter(void **state)
{
	struct walk *w = *state;
	char *volume;

	begin(w, NULL);
	walk_prepare(w, 0);
	vt_keys(w->v, "e");
	vt_wait(w->v, "The size the volume is to have in the end");
	vt_keys(w->v, CTRL_U "much" ENTER);
	vt_wait(w->v, "\"much\" is not a size");
	vt_wait(w->v, "The size the volume is to have in the end"); /* asked again, as typed */
	vt_keys(w->v, "x" ENTER);
	vt_wait(w->v, "\"muchx\" is not a size");
	vt_keys(w->v, ESC);
	vt_wait_gone(w->v, "The size the volume is to have in the end");
	vt_wait(w->v, "size to reach: 150G");
	assert_int_equal(walk_records(w, "\"kind\":\"param\"", NULL), 0);
	vt_keys(w->v, "e");
	vt_wait(w->v, "The size the volume is to have in the end");
	vt_keys(w->v, CTRL_U "120G" ENTER);
	vt_wait(w->v, "size to reach: 120G");
	vt_wait(w->v, "Ready: read");
	vt_wait(w->v, "30720 extents");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Type \"120G\""); /* the word is the new one */
	vt_keys(w->v, "150G" ENTER);
	vt_wait(w->v, "That is not the word.");
	vt_keys(w->v, CTRL_U "120G" ENTER);
	vt_wait(w->v, "Extend the root volume: done");
	volume = walk_sh(w, "lvs --noheadings --units g -o lv_size ubuntu-vg/ubuntu-lv");
	assert_has(volume, "120.00g");
	free(volume);
	/* more than there is: blocked, with what would fit */
	vt_keys(w->v, "e");
	vt_wait(w->v, "The size the volume is to have in the end");
	vt_keys(w->v, CTRL_U "900G" ENTER);
	vt_wait(w->v, "at most the volume could reach 295.00 GiB");
	vt_keys(w->v, "x");
	vt_wait(w->v, "Enter first asks the server");
	assert_int_equal(walk_records(w, "\"kind\":\"job-start\"", NULL), 1);
	walk_quit(w);
}

/* Shell syntax in a parameter is refused by its pattern, and what fits is never more than a word. */
static void test_parameter_is_no_shell(void **state)
{
	struct walk *w = *state;

	begin(w, NULL);
	walk_row(w, 1);
	vt_keys(w->v, "e");
	vt_wait(w->v, "Which parameter?");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "of each container, before the next file");
	vt_keys(w->v, CTRL_U "$(touch /tmp/x)" ENTER);
	vt_wait(w->v, "does not fit the pattern");
	vt_keys(w->v, ESC);
	vt_wait_gone(w->v, "does not fit the pattern");
	assert_int_equal(walk_records(w, "\"kind\":\"param\"", NULL), 0);
	walk_quit(w);
}

static void test_choice(void **state)
{
	struct walk *w = *state;
	char *out;

	begin(w, NULL);
	walk_row(w, 2);
	vt_wait(w->v, "Reads only");
	vt_keys(w->v, "e");
	vt_wait(w->v, "sda sdb sdc");
	vt_wait(w->v, "sdb 298 GiB");
	vt_keys(w->v, DOWN DOWN ENTER);
	vt_wait(w->v, "disks: sdb");
	vt_wait(w->v, "Ready: read");
	vt_wait(w->v, "$ hdparm -Tt /dev/sdb");
	assert_false(vt_has(w->v, "hdparm -Tt /dev/sda"));
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Run it");
	vt_keys(w->v, "\t" ENTER);
	vt_wait(w->v, "Measure the disks: done");
	out = walk_get(w, "var/lib/twistertui/jobs/1-foundation-1.measure-disks.1/out");
	assert_has(out, "sdb");
	assert_lacks(out, "sda");
	free(out);
	walk_quit(w);
}

static void start_slow(struct walk *w)
{
	begin(w, NULL);
	walk_put(w, "demo/fail/progress", "600");
	walk_confirm_extend(w);
	vt_wait(w->v, "running for");
	vt_wait(w->v, "extending");
}

/* Ctrl-C asks; Esc and the first answer leave the step alone; the second ends it on the server. */
static void test_interrupt(void **state)
{
	struct walk *w = *state;

	start_slow(w);
	vt_keys(w->v, CTRL_C);
	vt_wait(w->v, "Keep it running");
	vt_keys(w->v, ESC);
	vt_wait_gone(w->v, "Keep it running");
	vt_keys(w->v, CTRL_C);
	vt_wait(w->v, "Keep it running");
	vt_keys(w->v, ENTER);
	vt_wait_gone(w->v, "Keep it running");
	vt_wait(w->v, "running for");
	assert_false(walk_there(w, "var/lib/twistertui/jobs/1-foundation-1.extend-lvm.1/cancel"));
	/* it is not this step's turn to be changed, nor another's to begin */
	vt_keys(w->v, "s");
	vt_wait(w->v, "Skip this step");
	vt_keys(w->v, "no" ENTER);
	vt_wait(w->v, "this step is running: wait, or cancel it");
	vt_keys(w->v, CTRL_C);
	vt_wait(w->v, "Keep it running");
	vt_keys(w->v, DOWN ENTER);
	vt_wait(w->v, "Extend the root volume: failed");
	assert_true(walk_there(w, "var/lib/twistertui/jobs/1-foundation-1.extend-lvm.1/cancel"));
	walk_wait_record(w, "\"kind\":\"cancel\"", "extend-lvm");
	assert_int_equal(walk_records(w, "\"kind\":\"cancel\"", NULL), 1);
	walk_quit(w);
}

/* q with a running step says that it goes on. */
static void test_leave(void **state)
{
	struct walk *w = *state;
	int status;

	start_slow(w);
	vt_keys(w->v, CTRL_C);
	vt_wait(w->v, "Leave this console");
	vt_keys(w->v, DOWN DOWN ENTER);
	status = vt_end(w->v);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	vt_assert_restored(w->v);
	assert_int_equal(walk_records(w, "\"kind\":\"cancel\"", NULL), 0);
	assert_int_equal(walk_records(w, "\"kind\":\"end\"", NULL), 1);
	vt_free(w->v);
	w->v = NULL;
}

/* The question whether to leave a running step is gone when nothing runs any more. */
static void test_leave_too_late(void **state)
{
	struct walk *w = *state;

	start_slow(w);
	vt_keys(w->v, "q");
	vt_wait(w->v, "Leave?");
	vt_wait(w->v, "It goes on on the server");
	walk_put(w, "var/lib/twistertui/jobs/1-foundation-1.extend-lvm.1/cancel", "");
	vt_wait_gone(w->v, "Leave?");
	vt_wait(w->v, "Extend the root volume: failed");
	walk_quit(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		walk_test(test_skip_and_defer),
		walk_test(test_parameter),
		walk_test(test_parameter_is_no_shell),
		walk_test(test_choice),
		walk_test(test_interrupt),
		walk_test(test_leave),
		walk_test(test_leave_too_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
