/* --status: JSON that another program reads, text that a person reads, and the exit status. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "backends/facts.h"
#include "backends/status.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

static const struct column columns[] = {
	{"mount", "mounted on", CELL_TEXT, 0, 0},
	{"size", "size", CELL_BYTES, 7, 0},
};

static struct panel *panels[PANEL_COUNT];

static struct status status_of(void)
{
	struct status s = {.host = "edge\"server",
		.wall_ms = 1770552000123,
		.now_ms = 61500,
		.panels = panels};

	return s;
}

static int set_up(void **state)
{
	struct table *t;
	struct row *r;

	(void)state;
	for (int id = 0; id < PANEL_COUNT; id++) {
		panels[id] = panel_new((enum panel_id)id);
		panels[id]->state = PANEL_OK;
		panels[id]->taken_ms = 60000;
		panels[id]->took_ms = 40;
	}
	panel_fact(panels[PANEL_DISKS], "disk.root.percent", 85);
	panel_fact(panels[PANEL_DISKS], "disk.root.size", 105089261568.0);
	panel_fact(panels[PANEL_DISKS], "disk.unallocated", NAN);
	panel_fact_since(panels[PANEL_PODS], "node.diskpressure", 1, 3600);
	panel_fact_text(panels[PANEL_DOCKER], "docker.version", "26.1.5");
	panel_note(panels[PANEL_DISKS], LEVEL_WARN, "/ is 85 %% full");
	panel_note(panels[PANEL_PODS], LEVEL_BAD, "node edgeserver has DiskPressure");
	t = panel_table(panels[PANEL_DISKS], "mounts", "Mounts", columns, 2);
	r = table_row(t, "/");
	cell_text(&r->cells[0], "/", LEVEL_NONE);
	cell_number(&r->cells[1], CELL_BYTES, 105089261568.0, LEVEL_NONE);
	table_row(t, "unknown");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (int id = 0; id < PANEL_COUNT; id++) {
		panel_unref(panels[id]);
		panels[id] = NULL;
	}
	return 0;
}

static void json_as_designed(void **state)
{
	struct status s = status_of();
	struct buf b;
	cJSON *json;
	int facts = 0;

	(void)state;
	buf_init(&b, 0);
	assert_int_equal(status_json(&s, &b), 0);
	assert_int_equal(b.data[b.len - 1], '\n');
	json = json_parse(b.data, b.len, "status", NULL);
	assert_non_null(json);
	assert_string_equal(json_str(json, "host"), "edge\"server");
	assert_string_equal(json_str(json, "time"), "2026-02-08T12:00:00.123Z");
	for (const struct fact_def *d = fact_defs; d->name; d++, facts++) {
		const cJSON *fact =
			cJSON_GetObjectItemCaseSensitive(json_get(json, "facts"), d->name);

		assert_non_null(fact);
		assert_string_equal(json_str(fact, "unit"), unit_name(d->unit));
		assert_non_null(json_get(fact, "value"));
		assert_true(json_num(fact, "age_s") == 1.5);
	}
	assert_true(facts > 40);
	assert_true(json_num(json, "facts/disk.root.percent/value") == 85);
	assert_true(json_num(json, "facts/disk.root.size/value") == 105089261568.0);
	assert_true(cJSON_IsNull(json_get(json, "facts/disk.unallocated/value")));
	assert_true(cJSON_IsTrue(json_get(json, "facts/node.diskpressure/value")));
	assert_true(json_num(json, "facts/node.diskpressure/since_s") == 3600);
	assert_null(json_get(json, "facts/disk.root.percent/since_s"));
	assert_string_equal(json_str(json, "facts/docker.version/value"), "26.1.5");
	assert_true(cJSON_IsNull(json_get(json, "facts/docker.driver/value")));
	assert_string_equal(json_str(json, "panels/disks/state"), "ok");
	assert_true(cJSON_IsNull(json_get(json, "panels/disks/reason")));
	assert_string_equal(
		json_str(cJSON_GetArrayItem(json_get(json, "panels/disks/alerts"), 0), "level"),
		"warn");
	assert_true(json_num(cJSON_GetArrayItem(json_get(json, "panels/disks/tables/mounts"), 0),
			    "size") == 105089261568.0);
	assert_true(cJSON_IsNull(json_get(
		cJSON_GetArrayItem(json_get(json, "panels/disks/tables/mounts"), 1), "size")));
	cJSON_Delete(json);
	buf_clear(&b);
	buf_init(&b, 100);
	assert_int_equal(status_json(&s, &b), ERR_LIMIT);
	buf_clear(&b);
}

/* A table may have more rows than are kept: JSON says so, too. */
static void json_says_what_is_not_kept(void **state)
{
	static const struct column one[] = {{"n", "n", CELL_COUNT, 4, 0}};
	struct panel *p = panel_new(PANEL_PODS);
	struct panel *all[PANEL_COUNT] = {[PANEL_PODS] = p};
	struct status s = {.host = "edge", .panels = all};
	struct table *t = panel_table(p, "pods", "Pods", one, 1);
	struct buf b;
	cJSON *json;

	(void)state;
	for (int i = 0; i < PANEL_ROWS_MAX + 3; i++) {
		char tag[16];
		struct row *r;

		snprintf(tag, sizeof(tag), "%d", i);
		r = table_row(t, tag);
		if (r)
			cell_number(&r->cells[0], CELL_COUNT, i, LEVEL_NONE);
	}
	buf_init(&b, 0);
	assert_int_equal(status_json(&s, &b), 0);
	json = json_parse(b.data, b.len, "status", NULL);
	assert_true(json_num(json, "panels/pods/not_kept/pods") == 3);
	assert_null(json_get(json, "panels/disks/not_kept"));
	cJSON_Delete(json);
	buf_clear(&b);
	panel_unref(p);
}

static void json_without_answers(void **state)
{
	struct panel *none[PANEL_COUNT] = {NULL};
	struct status s = {.host = "x", .wall_ms = 0, .now_ms = 0, .panels = none};
	struct buf b;
	cJSON *json;

	(void)state;
	buf_init(&b, 0);
	assert_int_equal(status_json(&s, &b), 0);
	json = json_parse(b.data, b.len, "status", NULL);
	assert_true(cJSON_IsNull(json_get(json, "facts/disk.root.percent/value")));
	assert_true(cJSON_IsNull(json_get(json, "facts/disk.root.percent/age_s")));
	assert_string_equal(json_str(json, "panels/backups/state"), "never");
	cJSON_Delete(json);
	buf_reset(&b);
	assert_int_equal(status_text(&s, &b), 0);
	assert_non_null(strstr(buf_str(&b), "Disks: no answer\n"));
	buf_clear(&b);
	assert_int_equal(status_exit(&s), 1);
}

static void text_for_people(void **state)
{
	struct status s = status_of();
	struct buf b;
	const char *bad, *warn;

	(void)state;
	panel_fail(panels[PANEL_LVM], PANEL_DENIED, "press S");
	buf_init(&b, 0);
	assert_int_equal(status_text(&s, &b), 0);
	assert_non_null(strstr(
		buf_str(&b), "\ndisk.root.percent           85 %                  use of /\n"));
	assert_non_null(strstr(
		buf_str(&b), "\ndisk.root.size              98G                   size of /\n"));
	assert_non_null(strstr(buf_str(&b), "\ndisk.unallocated            ?  "));
	assert_non_null(strstr(buf_str(&b), "\nnode.diskpressure           yes "));
	bad = strstr(buf_str(&b), "bad: Pods: node edgeserver has DiskPressure\n");
	warn = strstr(buf_str(&b), "warning: Disks: / is 85 % full\n");
	assert_true(bad && warn && bad < warn);
	assert_non_null(strstr(buf_str(&b), "LVM: press S\n"));
	buf_clear(&b);
	buf_init(&b, 100);
	assert_int_equal(status_text(&s, &b), ERR_LIMIT);
	buf_clear(&b);
}

static void exit_status(void **state)
{
	static const struct {
		enum panel_state state;
		int exit;
	} cases[] = {{PANEL_OK, 0}, {PANEL_MISSING, 0}, {PANEL_DENIED, 0}, {PANEL_FAILED, 1},
		{PANEL_HUNG, 1}, {PANEL_NEVER, 1}};
	struct status s = status_of();

	(void)state;
	assert_int_equal(status_exit(&s), 0); /* alerts or not */
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		panels[PANEL_DOCKER]->state = cases[i].state;
		assert_int_equal(status_exit(&s), cases[i].exit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(json_as_designed, set_up, tear_down),
		cmocka_unit_test(json_says_what_is_not_kept),
		cmocka_unit_test_setup_teardown(json_without_answers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(text_for_people, set_up, tear_down),
		cmocka_unit_test_setup_teardown(exit_status, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
