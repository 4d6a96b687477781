/* A step run on other terminals: small, resized while it asks and while it runs, without colours, without UTF-8, in
 * French. What is run is the same everywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/walk.h"

static void begin(
	struct walk *w, int rows, int cols, const char *const *args, const char *const *env)
{
	walk_demo(w, rows, cols, args, env);
	walk_root(w);
	walk_phase(w);
}

static void assert_done(struct walk *w)
{
	vt_wait(w->v, "Extend the root volume: done");
	walk_wait_record(w, "\"kind\":\"job-state\"", "\"result\":\"ok\"");
	assert_int_equal(walk_records(w, "\"kind\":\"job-state\"", "\"result\":\"ok\"", NULL), 1);
	walk_quit(w);
}

static bool is_grey(VTermColor *c)
{
	return c->type & (VTERM_COLOR_DEFAULT_FG | VTERM_COLOR_DEFAULT_BG);
}

/* Whether any cell has one. */
static bool has_colour(struct walk *w)
{
	for (int r = 0; r < w->v->rows; r++)
		for (int c = 0; c < w->v->cols; c++) {
			VTermScreenCell cell = vt_cell(w->v, r, c);

			if (!is_grey(&cell.fg) || !is_grey(&cell.bg))
				return true;
		}
	return false;
}

/* Everything that a confirmation is about can be read at 80×24, by scrolling. */
static void test_80_by_24(void **state)
{
	struct walk *w = *state;

	begin(w, 24, 80, NULL, NULL);
	assert_true(has_colour(w));
	walk_row(w, 0);
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Ready: read");
	vt_keys(w->v, "\t"); /* the card */
	vt_wait(w->v, "49919");
	for (int i = 0; i < 3; i++)
		vt_keys(w->v, " ");
	vt_wait(w->v, "When it fails");
	vt_keys(w->v, "\033[Z");
	vt_keys(w->v, "x");
	vt_wait(w->v, "Type \"150G\"");
	vt_keys(w->v, "\033[6~\033[6~\033[6~");
	vt_wait(w->v, "does not change the active");
	vt_keys(w->v, "150G" ENTER);
	vt_wait(w->v, "resize2fs done");
	vt_wait(w->v, "Last run"); /* the card is at its top again */
	assert_done(w);
}

/* What was typed stays; the dialog is whole again at each size; too small says so and loses nothing. */
static void test_resize_in_a_dialog(void **state)
{
	struct walk *w = *state;

	begin(w, WALK_ROWS, WALK_COLS, NULL, NULL);
	walk_ask_extend(w);
	vt_keys(w->v, "15");
	vt_wait(w->v, "15 ");
	vt_resize(w->v, 24, 80);
	vt_wait(w->v, "Type \"150G\"");
	vt_wait(w->v, "15 ");
	vt_resize(w->v, 10, 40);
	vt_wait_gone(w->v, "Type \"150G\"");
	vt_resize(w->v, 50, 160);
	vt_wait(w->v, "Type \"150G\"");
	vt_keys(w->v, "0G");
	vt_wait(w->v, "150G ");
	vt_keys(w->v, ENTER);
	assert_done(w);
}

static void test_resize_while_it_runs(void **state)
{
	struct walk *w = *state;

	begin(w, WALK_ROWS, WALK_COLS, NULL, NULL);
	walk_put(w, "demo/fail/progress", "600");
	walk_confirm_extend(w);
	vt_wait(w->v, "running for");
	vt_resize(w->v, 24, 80);
	vt_wait(w->v, "running for");
	vt_wait(w->v, "extending");
	vt_resize(w->v, 8, 30);
	vt_wait(w->v, "This window");
	vt_resize(w->v, 40, 132);
	vt_wait(w->v, "running for");
	free(walk_sh(w, "rm \"$root\"/demo/fail/progress"));
	vt_wait(w->v, "blocks long");
	assert_done(w);
}

/* What matters is still told, by signs, words and attributes. */
static void walk_in_mono(struct walk *w, const char *const *env)
{
	begin(w, WALK_ROWS, WALK_COLS, NULL, env);
	assert_false(has_colour(w));
	walk_ask_extend(w);
	assert_false(has_colour(w));
	vt_keys(w->v, "150G" ENTER);
	vt_wait(w->v, "Extend the root volume: done");
	vt_wait(w->v, "not met");
	assert_false(has_colour(w));
	assert_done(w);
}

static void test_no_color(void **state)
{
	const char *const env[] = {"NO_COLOR=1", NULL};

	walk_in_mono(*state, env);
}

static void test_vt100(void **state)
{
	const char *const env[] = {"TERM=vt100", NULL};

	walk_in_mono(*state, env);
}

/* No cell holds a character over most: 0x7e is ASCII, 0x20ff is text without lines, arrows and signs. */
static void assert_plain(struct walk *w, uint32_t most)
{
	for (int r = 0; r < w->v->rows; r++)
		for (int c = 0; c < w->v->cols; c++) {
			VTermScreenCell cell = vt_cell(w->v, r, c);

			if (cell.chars[0] > most && cell.chars[0] != (uint32_t)-1) {
				vt_print(w->v);
				fail_msg("U+%04X at row %d, column %d", cell.chars[0], r, c);
			}
		}
}

static void walk_plainly(
	struct walk *w, uint32_t most, const char *const *args, const char *const *env)
{
	begin(w, WALK_ROWS, WALK_COLS, args, env);
	assert_plain(w, most);
	walk_ask_extend(w);
	assert_plain(w, most);
	vt_keys(w->v, "150G" ENTER);
	vt_wait(w->v, "Extend the root volume: done");
	assert_plain(w, most);
	vt_keys(w->v, "8");
	vt_wait(w->v, "blocks long");
	assert_plain(w, most);
	vt_keys(w->v, "1");
	vt_wait(w->v, "Processor");
	assert_plain(w, most);
	vt_keys(w->v, "7");
	walk_quit(w);
}

static void test_without_lines(void **state)
{
	const char *const args[] = {"--ascii", NULL};

	walk_plainly(*state, 0x20ff, args, NULL);
}

static void test_without_utf8(void **state)
{
	const char *const env[] = {"LC_ALL=C", NULL};

	walk_plainly(*state, 0x7e, NULL, env);
}

/* The phase's own words; the console's stand in po/fr.po. The journal's words for machines stay what they are. */
static void test_french(void **state)
{
	struct walk *w = *state;
	const char *const args[] = {"--lang", "fr", NULL};
	const char *const report[] = {"--lang", "fr", "--report", NULL};
	char *text;

	walk_demo(w, WALK_ROWS, WALK_COLS, args, NULL);
	vt_keys(w->v, "S");
	vt_wait(w->v, "sudo  ");
	vt_keys(w->v, "7");
	vt_wait(w->v, "Phase 1\xc2\xa0: fondations");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "Étendre le volume racine");
	vt_wait(w->v, "La plus grande partie du groupe de volumes");
	vt_wait(w->v, "Aucune interruption");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "49919 extensions libres");
	vt_wait(w->v, "37119");
	vt_keys(w->v, ENTER);
	vt_wait(w->v, "┌ Étendre le volume racine ─");
	vt_keys(w->v, "150G" ENTER);
	vt_wait(w->v, "df maintenant\xc2\xa0: 148G, 82G utilisés, 66G libres, 56%");
	walk_wait_record(w, "\"kind\":\"step\"", "\"state\":\"done\"");
	walk_quit(w);
	assert_int_equal(walk_cli(w, report, NULL, &text), 0);
	assert_has(text, "Étendre le volume racine");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		walk_test(test_80_by_24),
		walk_test(test_resize_in_a_dialog),
		walk_test(test_resize_while_it_runs),
		walk_test(test_no_color),
		walk_test(test_vt100),
		walk_test(test_without_lines),
		walk_test(test_without_utf8),
		walk_test(test_french),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
