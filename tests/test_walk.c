/* Phase 1 walked from its first step to its report, each step confirmed in the way its risk asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "tests/walk.h"

static void assert_nothing_started(const struct walk *w)
{
	assert_int_equal(walk_records(w, "\"answer\":\"yes\"", NULL), 0);
	assert_int_equal(walk_records(w, "\"kind\":\"job-start\"", NULL), 0);
	assert_false(walk_there(w, "var/lib/twistertui/jobs/1-foundation-1.extend-lvm.1"));
}

/* A wrong word, nothing at all, Esc, and keys typed before the question stood there: none of them starts anything. */
static void extend_not_confirmed(struct walk *w)
{
	walk_ask_extend(w);
	vt_keys(w->v, "150");
	vt_wait(w->v, "150 ");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "That is not the word.");
	vt_keys(w->v, ESC);
	vt_wait_gone(w->v, "Type \"150G\"");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Type \"150G\"");
	vt_keys(w->v, ENTER); /* Cancel has the focus */
	vt_wait_gone(w->v, "Type \"150G\"");
	vt_keys(w->v, ENTER "150G" ENTER);
	vt_wait(w->v, "Type \"150G\"");
	vt_pump(w->v, 300);
	assert_true(vt_has(w->v, "Type \"150G\""));
	assert_false(vt_has(w->v, "That is not the word."));
	vt_keys(w->v, ESC);
	vt_wait_gone(w->v, "Type \"150G\"");
	assert_nothing_started(w);
}

static void extend(struct walk *w)
{
	char *volume;

	extend_not_confirmed(w);
	vt_keys(w->v, ENTER); /* it is prepared: that asks */
	vt_wait(w->v, "Type \"150G\"");
	vt_keys(w->v, "150G");
	vt_wait(w->v, "150G ");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Extend the root volume: done");
	vt_wait(w->v, "df now: 148G, 82G used, 66G free, 56%");
	vt_wait(w->v, "is now 39321600 (4k) blocks long");
	volume = walk_sh(w, "lvs --noheadings --units g -o lv_size ubuntu-vg/ubuntu-lv; vgs "
			    "--noheadings -o vg_free_count");
	assert_has(volume, "150.00g");
	assert_has(volume, "37119");
	free(volume);
}

static void docker(struct walk *w)
{
	char *file;

	walk_prepare(w, 1);
	vt_wait(w->v, "max-size");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Cancel");
	vt_keys(w->v, ENTER); /* not y: Cancel has the focus */
	vt_wait_gone(w->v, "Cancel");
	assert_int_equal(walk_records(w, "\"answer\":\"yes\"", "docker-config", NULL), 0);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Cancel");
	vt_keys(w->v, "Y"); /* not y either */
	vt_keys(w->v, "y");
	vt_wait(w->v, "Configure Docker for spinning disks: done");
	file = walk_get(w, "etc/docker/daemon.json");
	assert_has(file, "\"max-size\"");
	assert_has(file, "64000");
	free(file);
}

static void measure(struct walk *w)
{
	walk_prepare(w, 2);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Run it");
	vt_keys(w->v, ENTER); /* Cancel has the focus */
	vt_wait_gone(w->v, "Run it");
	assert_int_equal(walk_records(w, "\"answer\":\"yes\"", "measure-disks", NULL), 0);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Run it");
	vt_keys(w->v, "\t" ENTER);
	vt_wait(w->v, "Measure the disks: done");
	vt_wait(w->v, "MB/sec");
}

/* Nothing is chosen at first; what is built is gone again afterwards. */
static void builds(struct walk *w)
{
	char *images;

	walk_row(w, PHASE_1_STEPS - 1);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "no Dockerfile is chosen");
	vt_keys(w->v, "e");
	vt_wait(w->v, "Which parameter?");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "[ ] /home/twister/twisterlab/api/Dockerfile");
	vt_keys(w->v, "a" ENTER);
	vt_wait(w->v, "Ready: read");
	vt_wait(w->v, "$ docker build --no-cache");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Run it");
	vt_keys(w->v, "\t" ENTER);
	vt_wait(w->v, "cold and cached, timed: done");
	vt_wait(w->v, "there is no earlier figure");
	images = walk_sh(w, "docker images");
	assert_has(images, "twisterlab/mcp-unified");
	assert_lacks(images, "twistertui-build-test");
	free(images);
}

/* Six are measured; of the others one is vouched for, one is put off, and Harbor
 * was not installed. */
static void criteria(struct walk *w)
{
	vt_keys(w->v, "c");
	vt_wait(w->v, "Measured: disk.root.size > 140G");
	vt_keys(w->v, "a");
	vt_wait(w->v, "it cannot be attested");
	vt_wait(w->v, "Criteria 6/9");
	walk_row(w, PHASE_1_STEPS + 5);
	vt_wait(w->v, "Measured: phase.build.minutes < 60");
	vt_keys(w->v, DOWN);
	vt_wait(w->v, "Was nothing bought");
	vt_keys(w->v, "a");
	vt_wait(w->v, "Attest this criterion");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Something has to be typed");
	vt_keys(w->v, "no invoice this month" ENTER);
	vt_wait(w->v, "Criteria 7/9");
	vt_keys(w->v, DOWN "d");
	vt_wait(w->v, "Defer this criterion");
	vt_keys(w->v, "users were not asked yet" ENTER);
	vt_wait(w->v, "Until when?");
	vt_keys(w->v, "Monday" ENTER);
	vt_wait(w->v, "(until Monday)");
	vt_wait(w->v, "Criteria 7/9");
}

static void finish(struct walk *w)
{
	vt_keys(w->v, ":finish" ENTER);
	vt_wait(w->v, "Finish this run");
	vt_keys(w->v, "all well" ENTER);
	vt_wait(w->v, "the run is closed");
	walk_wait_record(w, "\"kind\":\"run-close\"", "finished");
}

static void assert_report(const char *report)
{
	assert_has(
		report, "7 of 9 met (6 measured + 1 attested); not met 0, deferred 1, unknown 1");
	assert_has(report, "148G");
	assert_has(report, "no invoice this month");
	assert_has(report, "phase.build.minutes");
	assert_has(report, "users were not asked yet");
	assert_has(report, "Monday");
	assert_has(report, "all well");
	assert_has(report, "is now 39321600 (4k) blocks long");
	assert_lacks(report, "does not hold");
}

/* By place 9 and by --report: the same words. */
static void reports(struct walk *w)
{
	const char *const by_cli[] = {"--report=demo/1-foundation-1", NULL}, *const verify[] = {
										     "--verify",
										     NULL};
	char *path = xasprintf("%s/home/report.md", w->dir), *saved, *printed, *said;
	FILE *f;

	vt_keys(w->v, "9");
	vt_wait(w->v, "1-foundation-1");
	vt_keys(w->v, "v");
	vt_wait(w->v, "hold together");
	vt_keys(w->v, ESC);
	vt_wait_gone(w->v, "The records hold together");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "7 of 9 met");
	vt_keys(w->v, ":export ~/report.md" ENTER);
	vt_wait(w->v, "the report is in");
	walk_quit(w);
	f = fopen(path, "r");
	assert_non_null(f);
	saved = xcalloc(1, 1 << 20);
	assert_true(fread(saved, 1, (1 << 20) - 1, f) > 0);
	fclose(f);
	assert_report(saved);
	assert_int_equal(walk_cli(w, by_cli, NULL, &printed), 0);
	assert_report(printed);
	assert_int_equal(walk_cli(w, verify, NULL, &said), 0);
	assert_has(said, "consistent");
	free(path);
	free(saved);
	free(printed);
	free(said);
}

static void test_whole_phase(void **state)
{
	struct walk *w = *state;

	walk_start(w, NULL);
	walk_root(w);
	walk_phase(w);
	extend(w);
	docker(w);
	measure(w);
	builds(w);
	criteria(w);
	finish(w);
	reports(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		walk_test(test_whole_phase),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
