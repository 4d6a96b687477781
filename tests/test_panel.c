/* Panels: built, kept in order, shared, bounded; what enters a panel is text. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "backends/panel.h"
#include "base/text.h"

static const struct column columns[] = {
	{"name", "name", CELL_TEXT, 0, 0},
	{"size", "size", CELL_BYTES, 7, 0},
};

static void cells_start_unknown(void **state)
{
	struct panel *p = panel_new(PANEL_DISKS);
	struct table *t = panel_table(p, "things", "Things", columns, 2);
	struct row *r = table_row(t, "one");

	(void)state;
	assert_int_equal(p->state, PANEL_NEVER);
	assert_true(isnan(p->server_time));
	assert_true(isnan(r->cells[1].number));
	assert_null(r->cells[0].text);
	cell_text(&r->cells[0], "a", LEVEL_OK);
	cell_text(&r->cells[0], "b", LEVEL_BAD);
	cell_number(&r->cells[1], CELL_BYTES, 5, LEVEL_NONE);
	assert_string_equal(r->cells[0].text, "b");
	assert_int_equal(r->cells[0].level, LEVEL_BAD);
	assert_ptr_equal(panel_find_table(p, "things"), t);
	assert_null(panel_find_table(p, "nothings"));
	panel_unref(p);
}

/* Whatever way bytes take into a panel, what comes out may be drawn. */
static void everything_is_cleaned(void **state)
{
	static const char hostile[] = "a\033[31mb\033]0;title\007c\xff\xe2\x80\xae"
				      "d\n\x9b"
				      "e";
	struct panel *p = panel_new(PANEL_PODS);
	struct table *t = panel_table(p, "things", "Things", columns, 2);
	struct row *r = table_row(t, hostile);

	(void)state;
	cell_text(&r->cells[0], hostile, LEVEL_NONE);
	row_detail(r, "one\n\033[2Jtwo");
	panel_fact_text(p, "docker.version", hostile);
	panel_fact_text(p, hostile, "x");
	panel_note(p, LEVEL_BAD, "it says %s", hostile);
	panel_fail(p, PANEL_FAILED, "it says %s", hostile);
	assert_true(text_is_clean(r->tag));
	assert_true(text_is_clean(r->cells[0].text));
	assert_string_equal(r->detail, "one\ntwo");
	assert_true(text_is_clean(p->facts[0].text));
	assert_true(text_is_clean(p->facts[1].name));
	assert_true(text_is_clean(p->notes[0].text));
	assert_true(text_is_clean(p->reason));
	assert_non_null(strstr(p->notes[0].text, "it says a"));
	panel_unref(p);
}

static void notes_are_worst_first(void **state)
{
	struct panel *p = panel_new(PANEL_HOST);

	(void)state;
	assert_int_equal(panel_level(p), LEVEL_NONE);
	panel_note(p, LEVEL_NONE, "hint");
	panel_note(p, LEVEL_WARN, "first warning");
	panel_note(p, LEVEL_UNKNOWN, "unknown");
	panel_note(p, LEVEL_BAD, "bad");
	panel_note(p, LEVEL_WARN, "second warning");
	assert_int_equal(p->nnotes, 5);
	assert_string_equal(p->notes[0].text, "bad");
	assert_string_equal(p->notes[1].text, "first warning");
	assert_string_equal(p->notes[2].text, "second warning");
	assert_string_equal(p->notes[3].text, "unknown");
	assert_string_equal(p->notes[4].text, "hint");
	assert_int_equal(panel_level(p), LEVEL_BAD);
	for (int i = 0; i < 1000; i++)
		panel_note(p, LEVEL_BAD, "%d", i);
	assert_true(p->nnotes <= 200);
	panel_unref(p);
}

static void rows_are_bounded(void **state)
{
	struct panel *p = panel_new(PANEL_PODS);
	struct table *t = panel_table(p, "things", "Things", columns, 2);
	char tag[32];

	(void)state;
	for (int i = 0; i < PANEL_ROWS_MAX + 7; i++) {
		snprintf(tag, sizeof(tag), "%d", i);
		if (i < PANEL_ROWS_MAX)
			assert_non_null(table_row(t, tag));
		else
			assert_null(table_row(t, tag));
	}
	assert_int_equal(t->nrows, PANEL_ROWS_MAX);
	assert_int_equal(t->dropped, 7);
	assert_string_equal(t->rows[PANEL_ROWS_MAX - 1].tag, "19999");
	for (int i = 1; i < PANEL_TABLES_MAX; i++)
		assert_non_null(panel_table(p, "more", "More", columns, 2));
	assert_null(panel_table(p, "more", "More", columns, 2));
	assert_null(table_row(NULL, "none"));
	panel_unref(p);
}

static void facts_are_found(void **state)
{
	struct panel *p = panel_new(PANEL_DISKS);

	(void)state;
	panel_fact(p, "disk.root.percent", 85);
	panel_fact_since(p, "node.diskpressure", 1, 3600);
	panel_fact(p, "phase.freed", 12);
	for (int i = 0; i < 100; i++)
		panel_fact(p, "disk.root.size", i);
	assert_true(panel_find_fact(p, "disk.root.percent")->value == 85);
	assert_true(isnan(panel_find_fact(p, "disk.root.percent")->since));
	assert_true(panel_find_fact(p, "node.diskpressure")->since == 3600);
	assert_false(panel_find_fact(p, "node.diskpressure")->own_name);
	assert_true(panel_find_fact(p, "phase.freed")->own_name);
	assert_null(panel_find_fact(p, "disk.root"));
	panel_unref(p);
}

static void *take_and_drop(void *arg)
{
	struct panel *p = arg;

	for (int i = 0; i < 20000; i++) {
		panel_ref(p);
		panel_unref(p);
	}
	return NULL;
}

static void is_shared_between_threads(void **state)
{
	struct panel *p = panel_new(PANEL_HOST);
	pthread_t threads[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, take_and_drop, p), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(p->refs, 1);
	assert_null(panel_ref(NULL));
	panel_unref(NULL);
	panel_unref(p);
}

static void names_and_titles(void **state)
{
	static const char *const names[] = {"host", "disks", "lvm", "pods", "docker", "backups"};

	(void)state;
	for (int id = 0; id < PANEL_COUNT; id++) {
		assert_string_equal(panel_name((enum panel_id)id), names[id]);
		assert_true(strlen(panel_title((enum panel_id)id)) > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_start_unknown),
		cmocka_unit_test(everything_is_cleaned),
		cmocka_unit_test(notes_are_worst_first),
		cmocka_unit_test(rows_are_bounded),
		cmocka_unit_test(facts_are_found),
		cmocka_unit_test(is_shared_between_threads),
		cmocka_unit_test(names_and_titles),
	};
	return cmocka_run_group_tests_name("panel", tests, NULL, NULL);
}
