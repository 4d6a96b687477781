/* Two consoles on one server: one changes it, the other watches, and takes over when it is told to. And a console that
 * is left while a step runs, which another one finds. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "tests/edge.h"

#define ENTER "\r"
#define CTRL_C "\003"
#define DOWN "j"
#define ROWS 36
#define COLS 120

static struct vt *console(const struct edge *e)
{
	struct vt *v = edge_console(e, ROWS, COLS, NULL);

	vt_wait(v, "17/17");
	vt_keys(v, "S");
	vt_wait(v, "the root shell is open");
	return v;
}

static void open_phase(struct vt *v)
{
	vt_keys(v, "7");
	vt_wait(v, "1-foundation");
	vt_keys(v, ":phase 1" ENTER);
	vt_wait(v, "Criteria");
}

static void confirm_extend(struct vt *v)
{
	vt_keys(v, ENTER);
	vt_wait(v, "Ready: read");
	vt_keys(v, ENTER);
	vt_wait(v, "Type \"150G\"");
	vt_keys(v, "150G" ENTER);
}

static void quit(struct vt *v)
{
	vt_keys(v, "q");
	vt_end(v);
	vt_assert_restored(v);
	vt_free(v);
}

static void assert_jobs(const struct edge *e, const char *jobs)
{
	char *said = edge_sh(e, "ls \"$root\"/var/lib/twistertui/jobs");

	assert_string_equal(said, jobs);
	free(said);
}

static void test_second_console(void **state)
{
	struct edge e;
	struct vt *first, *second;

	(void)state;
	edge_start(&e, "phase-1", NULL, true);
	first = console(&e);
	open_phase(first);
	confirm_extend(first);
	vt_wait(first, "Extend the root volume: done");
	second = console(&e);
	vt_keys(second, "7");
	vt_wait(second, "1-foundation-1"); /* the open run, and what it has done */
	vt_wait(second, "verify: yes");
	assert_false(vt_has(second, "took ?"));
	vt_wait(second, "blocks long"); /* what it printed, fetched from the server */
	vt_keys(second, DOWN ENTER);
	vt_wait(second, "Ready: read");
	vt_keys(second, ENTER);
	vt_wait(second, "Cancel");
	vt_keys(second, "y");
	vt_wait(second, "another console holds the lock");
	assert_jobs(&e, "1-foundation-1.extend-lvm.1\n");
	/* told to, it takes the lock; the first one can start nothing more */
	vt_keys(second, "L");
	vt_wait(second, "Take the lock over");
	vt_keys(second, "lock" ENTER);
	vt_wait_gone(second, "Take the lock over");
	vt_keys(second, "g" DOWN ENTER);
	vt_wait(second, "Ready: read");
	vt_keys(second, ENTER);
	vt_wait(second, "Cancel");
	vt_keys(second, "y");
	vt_wait(second, "disks: done");
	vt_wait(first, "the lock was taken over"); /* told without asking */
	vt_wait(first, "read-only");
	vt_keys(first, "g" DOWN DOWN ENTER);
	vt_wait(first, "Ready: read");
	vt_keys(first, "x");
	vt_wait(first, "read-only: ");
	assert_false(vt_has(first, "Run it"));
	assert_jobs(&e, "1-foundation-1.docker-config.1\n1-foundation-1.extend-lvm.1\n");
	quit(first);
	quit(second);
	edge_stop(&e);
}

static void test_left_and_found(void **state)
{
	struct edge e;
	struct vt *v;
	char *changed;

	(void)state;
	edge_start(&e, "phase-1", NULL, true);
	edge_put(&e, "demo/fail/progress", "600");
	v = console(&e);
	open_phase(v);
	confirm_extend(v);
	vt_wait(v, "running for");
	vt_keys(v, ":note left at noon" ENTER);
	vt_wait(v, "noted");
	vt_keys(v, CTRL_C);
	vt_wait(v, "Leave this console");
	vt_keys(v, DOWN DOWN ENTER);
	assert_int_equal(vt_end(v), 0);
	vt_assert_restored(v);
	vt_free(v);
	v = console(&e);
	vt_keys(v, "7");
	vt_wait(v, "running for");
	free(edge_sh(&e, "rm \"$root\"/demo/fail/progress"));
	vt_wait(v, "blocks long");
	vt_wait(v, "volume: done");
	vt_wait(v, "left at noon"); /* the note is on the card again */
	assert_jobs(&e, "1-foundation-1.extend-lvm.1\n");
	changed = edge_sh(&e, "cat \"$root\"/var/lib/twistertui/jobs/*/out | grep -c \"changed "
			      "from 100.00 GiB\"");
	assert_string_equal(changed, "1\n");
	free(changed);
	quit(v);
	edge_stop(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_second_console),
		cmocka_unit_test(test_left_and_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
