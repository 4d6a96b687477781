/*
 * The whole console on EdgeServer behind a real sshd, on a real terminal: what an operator does, and what may
 * happen meanwhile. Promise 1 is proved here: a step is never lost and never runs twice.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "tests/edge.h"

#include <cmocka.h>

#define ENTER "\r"
#define ROWS 36
#define COLS 120

/* From the overview to Phase 1's checklist, with the root shell open. */
static void open_phase(struct vt *v)
{
	vt_wait(v, "17/17"); /* the pods have answered: the link is up */
	vt_keys(v, "S");
	vt_wait(v, "the root shell is open");
	vt_keys(v, "7");
	vt_wait(v, "1-foundation");
	vt_keys(v, ":phase 1" ENTER);
	vt_wait(v, "Extend the root volume");
}

static void start_extend(struct vt *v)
{
	open_phase(v);
	vt_keys(v, ENTER);
	vt_wait(v, "Ready");
	vt_keys(v, ENTER);
	vt_wait(v, "Type \"150G\"");
	vt_keys(v, "150G");
	vt_wait(v, "150G ");
	vt_keys(v, ENTER);
}

/* How often lvextend really worked on the server: each time it says so in the job's output. */
static void assert_ran_once(const struct edge *e)
{
	char *jobs = edge_sh(e, "ls \"$root\"/var/lib/twistertui/jobs");
	char *changed = edge_sh(e, "cat \"$root\"/var/lib/twistertui/jobs/*/out | grep -c "
				   "\"changed from 100.00 GiB\"");
	char *free_extents = edge_sh(e, "vgs --noheadings -o vg_free_count");

	assert_string_equal(jobs, "1-foundation-1.extend-lvm.1\n");
	assert_string_equal(changed, "1\n");
	assert_non_null(strstr(free_extents, "37119"));
	free(jobs);
	free(changed);
	free(free_extents);
}

/* What the console kept of the output is what the server has, byte for byte. */
static void assert_output_whole(const struct edge *e)
{
	char *server = edge_sh(
		e, "cat \"$root\"/var/lib/twistertui/jobs/1-foundation-1.extend-lvm.1/out | wc -c");
	const char *const args[] = {"--report=edgeserver/1-foundation-1", "--format", "md", NULL};
	char *report, *status;
	const char *const verify[] = {"--verify", NULL};

	assert_int_equal(edge_run(e, args, NULL, &report), 0);
	assert_non_null(strstr(report, "is now 39321600 (4k) blocks long"));
	assert_non_null(strstr(report, "done and verified"));
	edge_run(e, verify, NULL, &status);
	assert_null(strstr(status, "BROKEN"));
	assert_null(strstr(status, "does not hold"));
	assert_true(atol(server) > 500);
	free(server);
	free(report);
	free(status);
}

static void test_panels_over_ssh(void **state)
{
	struct edge e;
	struct vt *v;

	(void)state;
	edge_start(&e, "phase-1", NULL, true);
	v = edge_console(&e, ROWS, COLS, NULL);
	vt_wait(v, "17/17");
	vt_wait(v, "84 %");
	vt_wait(v, "26.1.5");
	vt_wait(v, "PostgreSQL ");
	vt_wait(v, "198M");
	vt_keys(v, "2");
	vt_wait(v, "/twisterlab/data-warehouse");
	vt_keys(v, "4");
	vt_wait(v, "kube-system");
	vt_keys(v, "q");
	assert_int_equal(vt_end(v), 0);
	vt_assert_restored(v);
	vt_free(v);
	edge_stop(&e);
}

static void test_few_sessions(void **state)
{
	static const char *const limits[] = {"MaxSessions 2", "MaxSessions 4"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct edge e;
		struct vt *v;

		edge_start(&e, "phase-1", limits[i], true);
		v = edge_console(&e, ROWS, COLS, NULL);
		vt_wait(v, "17/17");
		vt_wait(v, "84 %");
		vt_wait(v, "26.1.5");
		vt_wait(v, "PostgreSQL ");
		vt_wait(v, "198M");
		vt_free(v);
		edge_stop(&e);
	}
}

/* A login that talks before it obeys, in French. */
static void test_noisy_french_server(void **state)
{
	struct edge e;
	struct vt *v;

	(void)state;
	edge_start(&e, "phase-1",
		"ForceCommand printf 'Bienvenue sur EdgeServer\\n\\033[31mnoise'; export "
		"LANG=fr_FR.UTF-8 LC_ALL=fr_FR.UTF-8 "
		"LANGUAGE=fr; eval \"$SSH_ORIGINAL_COMMAND\"",
		true);
	v = edge_console(&e, ROWS, COLS, NULL);
	vt_wait(v, "17/17");
	vt_wait(v, "84 %");
	vt_wait(v, "PostgreSQL ");
	vt_wait(v, "198M");
	assert_false(vt_has(v, "Bienvenue"));
	vt_free(v);
	edge_stop(&e);
}

static void test_unknown_host_key(void **state)
{
	struct edge e;
	struct vt *v;
	char *known;

	(void)state;
	edge_start(&e, "phase-1", NULL, false);
	v = edge_console(&e, ROWS, COLS, NULL);
	vt_wait(v, "SHA256:");
	vt_keys(v, "\033");
	vt_wait_gone(v, "SHA256:");
	vt_free(v);
	known = sshd_get(&e.sshd, "home/.ssh/known_hosts");
	assert_string_equal(known, "");
	free(known);
	edge_stop(&e);
}

static void test_link_cut_in_a_running_step(void **state)
{
	struct edge e;
	struct vt *v;

	(void)state;
	edge_start(&e, "phase-1", NULL, true);
	edge_put(&e, "demo/fail/progress", "600");
	v = edge_console(&e, ROWS, COLS, NULL);
	start_extend(v);
	vt_wait(v, "running for");
	sshd_cut(&e.sshd);
	vt_wait(v, "lost");
	sshd_start(&e.sshd);
	vt_wait_gone(v, "lost");
	vt_wait(v, "running for");
	free(edge_sh(&e, "rm \"$root\"/demo/fail/progress"));
	vt_wait(v, "Extend the root volume: done");
	vt_keys(v, "q");
	vt_end(v);
	assert_ran_once(&e);
	assert_output_whole(&e);
	vt_free(v);
	edge_stop(&e);
}

static void test_console_killed_in_a_running_step(void **state)
{
	struct edge e;
	struct vt *v;

	(void)state;
	edge_start(&e, "phase-1", NULL, true);
	edge_put(&e, "demo/fail/progress", "600");
	v = edge_console(&e, ROWS, COLS, NULL);
	start_extend(v);
	vt_wait(v, "running for");
	kill(v->pid, SIGKILL);
	vt_end(v);
	vt_free(v);
	v = edge_console(&e, ROWS, COLS, NULL);
	vt_wait(v, "17/17");
	vt_keys(v, "7");
	vt_wait(v, "Extend the root volume");
	vt_keys(v, "S");
	vt_wait(v, "running for");
	free(edge_sh(&e, "rm \"$root\"/demo/fail/progress"));
	vt_wait(v, "Extend the root volume: done");
	vt_wait(v, "blocks long");
	vt_keys(v, "q");
	vt_end(v);
	assert_ran_once(&e);
	assert_output_whole(&e);
	vt_free(v);
	edge_stop(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_panels_over_ssh),
		cmocka_unit_test(test_few_sessions),
		cmocka_unit_test(test_noisy_french_server),
		cmocka_unit_test(test_unknown_host_key),
		cmocka_unit_test(test_link_cut_in_a_running_step),
		cmocka_unit_test(test_console_killed_in_a_running_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
