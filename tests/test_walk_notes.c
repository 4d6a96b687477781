/* Notes on a step at any moment: before, while it runs, after the run, from a console that only
 * watches; in the journal, on the card, in the report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "tests/walk.h"

static void write_note(struct walk *w, const char *title, const char *text)
{
	vt_keys(w->v, "n");
	vt_wait(w->v, title);
	vt_keys(w->v, text);
	vt_keys(w->v, ENTER);
	vt_wait_gone(w->v, title);
	walk_wait_record(w, "\"kind\":\"note\"", text);
}

static char *reported(const struct walk *w, const char *format)
{
	const char *const args[] = {"--report", "--format", format, NULL};
	char *text;

	assert_int_equal(walk_cli(w, args, NULL, &text), 0);
	return text;
}

static void assert_in_report(const struct walk *w)
{
	char *text = reported(w, "md");
	cJSON *o, *first;

	assert_has(text, "## Notes");
	assert_has(text, "**Extend the root volume**: looked at \\<b\\>df\\</b\\> first");
	assert_has(text, "**Extend the root volume**: half way, all quiet");
	assert_has(text, "UTC: handed over to Anne");
	free(text);
	text = reported(w, "json");
	o = cJSON_Parse(text);
	assert_non_null(o);
	first = cJSON_GetArrayItem(cJSON_GetObjectItem(o, "notes"), 0);
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(o, "notes")), 4);
	assert_string_equal(cJSON_GetObjectItem(first, "step")->valuestring, "extend-lvm");
	assert_string_equal(
		cJSON_GetObjectItem(first, "text")->valuestring, "looked at <b>df</b> first");
	assert_non_null(strchr(cJSON_GetObjectItem(first, "who")->valuestring, '@'));
	cJSON_Delete(o);
	free(text);
}

static void test_notes(void **state)
{
	struct walk *w = *state;

	walk_start(w, NULL);
	walk_root(w);
	walk_phase(w);
	walk_row(w, 0);
	vt_keys(w->v, "n");
	vt_wait(w->v, "A note on this step");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Something has to be typed");
	vt_keys(w->v, ESC);
	vt_wait_gone(w->v, "A note on this step");
	write_note(w, "A note on this step", "looked at <b>df</b> first");
	walk_put(w, "demo/fail/progress", "600");
	walk_confirm_extend(w);
	vt_wait(w->v, "running for");
	write_note(w, "A note on this step", "half way, all quiet");
	vt_wait(w->v, "half way, all quiet"); /* on the card, under the one before */
	assert_int_equal(walk_records(w, "\"kind\":\"note\"", "1-foundation-1", NULL), 1);
	vt_keys(w->v, CTRL_C);
	vt_wait(w->v, "Keep it running");
	vt_keys(w->v, DOWN ENTER);
	vt_wait(w->v, "Extend the root volume: failed");
	/* the run ends; a note still belongs to it */
	vt_keys(w->v, ":abandon" ENTER);
	vt_wait(w->v, "Abandon this run");
	vt_keys(w->v, "a trial" ENTER);
	walk_wait_record(w, "\"kind\":\"run-close\"", "a trial");
	walk_row(w, 0);
	vt_keys(w->v, ":note seen after the end" ENTER);
	vt_wait(w->v, "noted");
	walk_wait_record(w, "\"run\":\"1-foundation-1\"", "seen after the end");
	/* and from the list of runs */
	vt_keys(w->v, "9");
	vt_wait(w->v, "1-foundation-1 1 session");
	vt_keys(w->v, "g");
	write_note(w, "A note on the run 1-foundation-1", "handed over to Anne");
	walk_quit(w);
	assert_in_report(w);
}

/* A note changes nothing on the server. */
static void test_read_only(void **state)
{
	static const char *const args[] = {"--read-only", NULL};
	struct walk *w = *state;

	walk_demo(w, 24, 80, args, NULL);
	walk_phase(w);
	walk_row(w, 1);
	write_note(w, "A note on this step", "only watching");
	vt_wait(w->v, "Notes"); /* on the card */
	vt_wait(w->v, "only watching");
	walk_quit(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		walk_test(test_notes),
		walk_test(test_read_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
