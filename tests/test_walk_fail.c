/* Steps that fail, and what brings the server back: by itself, by hand, or not starting at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/walk.h"

#define DOCKER "Configure Docker for spinning disks"

static void begin(struct walk *w, const char *fail)
{
	const char *const env[] = {fail, NULL};

	walk_start(w, fail ? env : NULL);
	walk_root(w);
	walk_phase(w);
}

static void run_docker(struct walk *w)
{
	walk_prepare(w, 1);
	vt_wait(w->v, "max-size");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Cancel");
	vt_keys(w->v, "y");
}

static void assert_extents(struct walk *w, const char *free_extents)
{
	char *said = walk_sh(w, "vgs --noheadings -o vg_free_count");

	assert_has(said, free_extents);
	free(said);
}

/* Docker starts with the new file, and then no container does: the job itself puts the old file back. */
static void test_docker_is_put_back(void **state)
{
	struct walk *w = *state;
	char *before, *after, *running;

	begin(w, "DEMO_FAIL=container-config");
	before = walk_get(w, "etc/docker/daemon.json");
	run_docker(w);
	vt_wait(w->v, DOCKER ": failed, put back");
	vt_wait(w->v, "it failed and was put back as it was before");
	vt_wait(w->v, "no container starts");
	vt_wait(w->v, "verify: no");
	vt_wait(w->v, "undo: yes");
	after = walk_get(w, "etc/docker/daemon.json");
	assert_string_equal(after, before);
	running = walk_sh(w, "systemctl is-active docker");
	assert_string_equal(running, "active\n");
	walk_wait_record(w, "\"kind\":\"step\"", "\"failure\":\"undone\"");
	assert_int_equal(
		walk_records(w, "\"kind\":\"job-state\"", "\"result\":\"undone\"", NULL), 1);
	assert_int_equal(walk_records(w, "\"kind\":\"step\"", "docker-config",
				 "\"failure\":\"undone\"", NULL),
		1);
	free(before);
	free(after);
	free(running);
	walk_quit(w);
}

/* lvextend says that all went well; df says otherwise, and is believed. */
static void test_what_apply_says_is_not_believed(void **state)
{
	struct walk *w = *state;
	const char *const report[] = {"--report", NULL};
	char *text;

	begin(w, "DEMO_FAIL=fs-stuck");
	walk_confirm_extend(w);
	vt_wait(w->v, "Extend the root volume: failed, put back");
	vt_wait(w->v, "apply: yes");
	vt_wait(w->v, "verify: no");
	vt_wait(w->v, "its ext4 still 100.00 GiB: / did not");
	vt_wait(w->v, "ubuntu-vg/ubuntu-lv has its old 25600 extents again");
	assert_extents(w, "49919");
	vt_wait(w->v, "Criteria 2/9");
	walk_quit(w);
	assert_int_equal(walk_cli(w, report, NULL, &text), 0);
	assert_has(text, "put back");
	assert_has(text, "did not grow");
	assert_lacks(text, "7 of 9");
	free(text);
}

/* lvextend fails half-way: the volume has grown, its filesystem has not. */
static void test_half_is_put_back(void **state)
{
	struct walk *w = *state;

	begin(w, "DEMO_FAIL=lvextend-half");
	walk_confirm_extend(w);
	vt_wait(w->v, "Extend the root volume: failed, put back");
	vt_wait(w->v, "apply: no (5)");
	assert_extents(w, "49919");
	walk_quit(w);
}

/* It fails before it has changed anything; the cause is mended, and a second attempt does it. */
static void test_failed_unchanged_then_again(void **state)
{
	struct walk *w = *state;

	begin(w, "DEMO_FAIL=lvextend");
	walk_confirm_extend(w);
	vt_wait(w->v, "Extend the root volume: failed, nothing changed");
	vt_wait(w->v, "nothing on the server is changed");
	assert_extents(w, "49919");
	vt_keys(w->v, "u");
	vt_wait(w->v, "there is nothing to undo");
	free(walk_sh(w, "rm \"$root\"/demo/fail/lvextend"));
	walk_confirm_extend(w);
	vt_wait(w->v, "Extend the root volume: done");
	vt_wait(w->v, "1-foundation-1.extend-lvm.2");
	assert_extents(w, "37119");
	assert_int_equal(walk_records(w, "\"kind\":\"job-start\"", NULL), 2);
	walk_quit(w);
}

static void test_undo_by_hand(void **state)
{
	struct walk *w = *state;
	char *before, *changed, *after;

	begin(w, NULL);
	before = walk_get(w, "etc/docker/daemon.json");
	run_docker(w);
	vt_wait(w->v, DOCKER ": done");
	changed = walk_get(w, "etc/docker/daemon.json");
	assert_string_not_equal(changed, before);
	vt_keys(w->v, "u");
	vt_wait(w->v, "Cancel");
	vt_keys(w->v, ESC);
	vt_wait_gone(w->v, "Cancel");
	assert_int_equal(walk_records(w, "\"kind\":\"job-start\"", NULL), 1);
	vt_keys(w->v, "u");
	vt_wait(w->v, "Cancel");
	vt_keys(w->v, "y");
	vt_wait(w->v, DOCKER ": to do");
	vt_wait(w->v, "put back, as before");
	after = walk_get(w, "etc/docker/daemon.json");
	assert_string_equal(after, before);
	assert_true(walk_there(w, "var/lib/twistertui/jobs/1-foundation-1.docker-config.1.undo"));
	free(before);
	free(changed);
	free(after);
	walk_quit(w);
}

/* A grown ext4 has no way back: undo says so and changes nothing. */
static void test_undo_that_cannot(void **state)
{
	struct walk *w = *state;

	begin(w, NULL);
	walk_confirm_extend(w);
	vt_wait(w->v, "Extend the root volume: done");
	vt_keys(w->v, "u");
	vt_wait(w->v, "Type \"150G\"");
	vt_keys(w->v, "150G" ENTER);
	vt_wait(w->v, "the undo said no and changed nothing");
	vt_wait(w->v, "has grown to 150.00 GiB");
	vt_wait(w->v, "Extend the root volume: done");
	assert_extents(w, "37119");
	walk_quit(w);
}

/* What was confirmed is what runs, or nothing does. */
static void test_plan_changed_meanwhile(void **state)
{
	struct walk *w = *state;
	static const char other[] = "{\"debug\": true, \"log-driver\": \"json-file\"}\n";
	char *after, *out;

	begin(w, NULL);
	walk_prepare(w, 1);
	vt_wait(w->v, "max-size");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Cancel");
	walk_put(w, "etc/docker/daemon.json", other);
	vt_keys(w->v, "y");
	vt_wait(w->v, DOCKER ": blocked");
	vt_wait(w->v, "the server changed since the plan was shown: nothing was run");
	after = walk_get(w, "etc/docker/daemon.json");
	assert_string_equal(after, other);
	out = walk_get(w, "var/lib/twistertui/jobs/1-foundation-1.docker-config.1/out");
	assert_has(out, "debug"); /* the new plan */
	vt_wait(w->v, "\"debug\": true");
	walk_wait_record(w, "\"kind\":\"job-state\"", "\"result\":\"changed\"");
	assert_int_equal(
		walk_records(w, "\"kind\":\"job-state\"", "\"result\":\"changed\"", NULL), 1);
	free(after);
	free(out);
	/* looked at again, and Docker runs with that file: it can be run */
	free(walk_sh(w, "systemctl restart docker"));
	run_docker(w);
	vt_wait(w->v, DOCKER ": done");
	after = walk_get(w, "etc/docker/daemon.json");
	assert_has(after, "\"debug\"");
	assert_has(after, "\"max-size\"");
	free(after);
	walk_quit(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		walk_test(test_docker_is_put_back),
		walk_test(test_what_apply_says_is_not_believed),
		walk_test(test_half_is_put_back),
		walk_test(test_failed_unchanged_then_again),
		walk_test(test_undo_by_hand),
		walk_test(test_undo_that_cannot),
		walk_test(test_plan_changed_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
