/* Parts of the screen by themselves: drawing, a pane full of hostile text, dialogs, CDK's UTF-8. */
#include <locale.h>
#include <math.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "backends/panel.h"
#include "base/alloc.h"
#include "base/err.h"
#include "tests/vt.h"
#include "tui/app_private.h"
#include "tui/cdk_utf8.h"
#include "tui/curses.h"
#include "tui/dialog.h"
#include "tui/pane.h"
#include "tui/term.h"

/* --- in the child ----------------------------------------------------------------------------- */

static struct app *app_open(void)
{
	static struct options options;
	static struct app a;
	struct theme *theme;
	struct err e;

	setenv("TERM", "xterm-256color", 1);
	setlocale(LC_ALL, "C.UTF-8");
	a.options = &options;
	a.loop = loop_new();
	a.loop->signals = term_signals();
	if (theme_parse("", "none", &theme, &e) != 0 || term_enter(&e) != 0) {
		fprintf(stderr, "%s\n", e.text);
		exit(99);
	}
	a.screen = screen_new(theme, false, true);
	a.dialogs = dialogs_new();
	return &a;
}

static int app_shut(struct app *a)
{
	dialog_close_all(a);
	dialogs_free(a->dialogs);
	screen_free(a->screen);
	loop_free(a->loop);
	term_leave();
	return 0;
}

/* Tells what came out, on the terminal, after the screen was left: "[answer=…]". */
struct result {
	bool ok;
	int choice;
	char text[512];
};

static void take_answer(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	struct result *r = ctx;

	r->ok = answer->ok;
	r->choice = answer->choice;
	snprintf(r->text, sizeof r->text, "%s", answer->text);
	app_quit(a);
}

static int finish(struct app *a, const struct result *r)
{
	app_shut(a);
	printf("[answer %d %d %s]\n", r->ok, r->choice, r->text);
	fflush(stdout);
	return 0;
}

#define HOSTILE                                                                                    \
	"\033[31mred\033]0;owned\007<#HL(300000000)></B>%n%s\342\200\256evil\xff\x9b"              \
	"31m\r\n\t$(reboot)`x`'\""

/* --- a pane ----------------------------------------------------------------------------------- */

static const struct column columns[] = {
	{"name", "name", CELL_TEXT, 0, 0},
	{"size", "size", CELL_BYTES, 7, 0},
	{"share", "share", CELL_PERCENT, 6, 1},
	{"age", "age", CELL_AGE, 6, 2},
};

static struct panel *hostile_panel(void)
{
	struct panel *p = panel_new(PANEL_DISKS);
	struct table *t = panel_table(p, "things", "Things", columns, 4);

	for (int i = 0; i < 100; i++) {
		char *tag = xasprintf("%d-%s", i, HOSTILE);
		char *name = i == 0   ? xasprintf("%0*d", 3000, 7)
			     : i == 1 ? xstrdup("\u65e5\u672c\u8a9e\u00e9")
				      : xstrdup(HOSTILE);
		struct row *r = table_row(t, tag);

		cell_text(&r->cells[0], name, LEVEL_BAD);
		cell_number(&r->cells[1], CELL_BYTES, i == 2 ? NAN : 1e9 * i, LEVEL_WARN);
		cell_number(&r->cells[2], CELL_PERCENT, i == 3 ? INFINITY : i, LEVEL_OK);
		cell_number(&r->cells[3], CELL_AGE, -1e300 * i, LEVEL_NONE);
		free(tag);
		free(name);
	}
	return p;
}

static int pane_body(void *ctx)
{
	struct app *a = app_open();
	struct panel *p = hostile_panel();
	struct pane pane;
	struct key key;

	(void)ctx;
	pane_init(&pane);
	pane_update(&pane, &p->tables[0], NULL, false);
	for (int h = 0; h < 24; h++) { /* every size, the last one stays */
		screen_begin(a->screen);
		pane_layout(&pane, (struct rect){0, 0, h, 4 * h});
		pane_draw(&pane, a->screen, "1 s ago", true, false);
		screen_end(a->screen, -1);
		screen_flush();
	}
	screen_begin(a->screen);
	pane_layout(&pane, (struct rect){0, 0, 22, 80});
	pane_draw(&pane, a->screen, "1 s ago", true, false);
	screen_bar(a->screen, 22, 0, 10, 0.5, LEVEL_OK);
	screen_bar(a->screen, 22, 12, 10, NAN, LEVEL_OK);
	screen_put(a->screen, 22, 70, 200, ROLE_TEXT, "clipped at the end of the screen");
	screen_put(a->screen, 99, 0, 10, ROLE_TEXT, "nowhere");
	screen_put(a->screen, 23, 0, 20, ROLE_TEXT, "drawn");
	screen_end(a->screen, -1);
	screen_flush();
	while (!input_next(&a->loop->input, &key))
		poll(NULL, 0, 10);
	pane_clear(&pane);
	panel_unref(p);
	return app_shut(a);
}

static void test_hostile_text(void **state)
{
	struct vt *v = vt_fork(24, 80, pane_body, NULL);
	char *all;

	(void)state;
	vt_wait(v, "drawn");
	vt_wait(v, "Things");
	vt_wait(v, "\u65e5\u672c\u8a9e\u00e9");
	vt_wait(v, "$(reboot)`x`'\"");
	vt_wait(v, "<#HL(300000000)></B>%n%s");
	all = vt_all(v);
	assert_null(strstr(all, "\u202e"));
	assert_null(strstr(all, "nowhere"));
	assert_string_equal(v->title, "");
	free(all);
	vt_keys(v, "x");
	assert_int_equal(vt_end(v), 0);
	vt_assert_restored(v);
	vt_free(v);
}

/* --- dialogs ---------------------------------------------------------------------------------- */

/* What the dialog is, and what is typed before it is there. */
struct asked {
	enum confirm kind;
	const char *early;
};

/* Until n bytes lie unread on the terminal. */
static void wait_typed(size_t n)
{
	int there = 0;

	while (ioctl(STDIN_FILENO, FIONREAD, &there) == 0 && (size_t)there < n)
		poll(NULL, 0, 5);
}

static int confirm_body(void *ctx)
{
	const struct asked *asked = ctx;
	struct app *a = app_open();
	struct result r = {false, -1, ""};
	struct dialog_question q = {
		.kind = asked->kind,
		.title = "Sure?",
		.text = "-old\n+new\n" HOSTILE "\n",
		.action = "Run",
		.word = "ubuntu-lv",
		.diff = true,
	};
	char *text = xcalloc(1, 4096);

	snprintf(text, 4096, "-old\n+new\nextend the volume\n");
	q.text = text;
	if (write(STDOUT_FILENO, "\033]2;typeahead\007", 14) < 0)
		return 1;
	wait_typed(strlen(asked->early)); /* it was not meant for the dialog */
	dialog_confirm(a, &q, take_answer, &r);
	loop_run(a);
	free(text);
	return finish(a, &r);
}

static struct vt *confirm_start(enum confirm kind, const char *early)
{
	static struct asked asked;
	struct vt *v;

	asked = (struct asked){kind, early};
	v = vt_fork(24, 80, confirm_body, &asked);
	while (!v->title[0])
		vt_pump(v, 10);
	vt_keys(v, early);
	vt_wait(v, "extend the volume");
	vt_pump(v, 150);
	return v;
}

static void answered(struct vt *v, const char *answer)
{
	vt_wait(v, answer);
	assert_int_equal(vt_end(v), 0);
	vt_assert_restored(v);
	vt_free(v);
}

static void test_confirm_yes(void **state)
{
	struct vt *v = confirm_start(CONFIRM_YES, "y\ry");

	(void)state;
	assert_true(vt_has(v, "extend the volume")); /* typed ahead: dropped */
	vt_keys(v, "n Y1");
	vt_pump(v, 100);
	assert_true(vt_has(v, "extend the volume"));
	vt_keys(v, "y");
	answered(v, "[answer 1 -1 ]");
	v = confirm_start(CONFIRM_YES, "");
	vt_keys(v, "\r"); /* Cancel has the focus */
	answered(v, "[answer 0 -1 ]");
	v = confirm_start(CONFIRM_YES, "");
	vt_keys(v, "\t\r");
	answered(v, "[answer 0 -1 ]");
	v = confirm_start(CONFIRM_YES, "");
	vt_keys(v, "\033");
	answered(v, "[answer 0 -1 ]");
}

static void test_confirm_enter(void **state)
{
	struct vt *v = confirm_start(CONFIRM_ENTER, "\r");

	(void)state;
	assert_true(vt_has(v, "extend the volume"));
	vt_keys(v, "\r");
	answered(v, "[answer 0 -1 ]");
	v = confirm_start(CONFIRM_ENTER, "\t\r");
	assert_true(vt_has(v, "extend the volume"));
	vt_keys(v, "y");
	vt_pump(v, 50);
	vt_keys(v, "\t");
	vt_resize(v, 30, 90); /* the focus stays */
	vt_pump(v, 200);
	vt_keys(v, "\r");
	answered(v, "[answer 1 -1 ]");
}

static void test_confirm_word(void **state)
{
	struct vt *v = confirm_start(CONFIRM_TYPE, "ubuntu-lv\r");

	(void)state;
	vt_wait(v, "Type \"ubuntu-lv\"");
	vt_keys(v, "ubuntu\r");
	vt_wait(v, "That is not the word.");
	vt_resize(v, 20, 70);
	vt_wait(v, "Type \"ubuntu-lv\"");
	vt_keys(v, "-lv\r");
	answered(v, "[answer 1 -1 ubuntu-lv]");
	v = confirm_start(CONFIRM_TYPE, "");
	vt_keys(v, "\r");
	answered(v, "[answer 0 -1 ]");
}

static int entry_body(void *ctx)
{
	struct app *a = app_open();
	struct result r = {false, -1, ""};
	struct dialog_input in = {
		.title = "<#HL(300000000)> caf\u00e9",
		.text = "Why <B>?\n",
		.initial = "caf\u00e9 <",
		.flags = *(const int *)ctx,
	};

	dialog_entry(a, &in, take_answer, &r);
	loop_run(a);
	return finish(a, &r);
}

static void test_entry(void **state)
{
	static int flags;
	struct vt *v = vt_fork(24, 80, entry_body, &flags);

	(void)state;
	vt_wait(v, "<#HL(300000000)> caf\u00e9");
	vt_wait(v, "Why <B>?");
	vt_wait(v, "caf\u00e9 <");
	vt_keys(v, "\u00fc\u65e5\u672c\x7f!"); /* a wide one, taken back whole */
	vt_wait(v, "caf\u00e9 <\u00fc\u65e5!");
	vt_keys(v, "\033[D\033[D\u20ac");
	vt_wait(v, "\u00fc\u20ac\u65e5!");
	vt_resize(v, 30, 100);
	vt_wait(v, "caf\u00e9 <\u00fc\u20ac\u65e5!");
	vt_keys(v, "\r");
	answered(v, "[answer 1 -1 caf\u00e9 <\u00fc\u20ac\u65e5!]");
	flags = DIALOG_SECRET;
	v = vt_fork(24, 80, entry_body, &flags);
	vt_wait(v, "******");
	assert_false(vt_has(v, "caf\u00e9 <"));
	vt_keys(v, "\025\r");
	vt_wait(v, "Something has to be typed");
	vt_keys(v, "\033[200~p\u00e4ss\033[201~\r");
	answered(v, "[answer 1 -1 p\u00e4ss]");
	flags = 0;
}

static int choice_body(void *ctx)
{
	static const char *const items[] = {
		"first \u00e9\u00e8", "second <C>", "third \u65e5\u672c", "fourth"};
	struct app *a = app_open();
	struct result r = {false, -1, ""};
	struct dialog_list list = {
		.title = "Which?", .text = "", .items = items, .n = 4, .first = 1};

	(void)ctx;
	dialog_choice(a, &list, take_answer, &r);
	loop_run(a);
	return finish(a, &r);
}

static void test_choice(void **state)
{
	struct vt *v = vt_fork(24, 80, choice_body, NULL);

	(void)state;
	vt_wait(v, "first \u00e9\u00e8");
	vt_wait(v, "second <C>");
	vt_wait(v, "third \u65e5\u672c");
	vt_keys(v, "\033[B");
	vt_resize(v, 20, 70);
	vt_wait(v, "third \u65e5\u672c");
	vt_pump(v, 100);
	vt_keys(v, "\r");
	answered(v, "[answer 1 2 ]");
	v = vt_fork(24, 80, choice_body, NULL);
	vt_wait(v, "fourth");
	vt_pump(v, 50);
	vt_keys(v, "\033");
	answered(v, "[answer 0 -1 ]");
	v = vt_fork(4, 12, choice_body, NULL); /* nowhere near enough room */
	vt_wait(v, "This window");
	vt_keys(v, "q");
	answered(v, "[answer 0 -1");
}

/* The text of the answer: the numbers of the items that were marked. */
static void take_marks(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	struct result *r = ctx;
	size_t used = 0;

	r->ok = answer->ok;
	r->choice = answer->choice;
	for (int i = 0; answer->marked && i < 40; i++)
		if (answer->marked[i])
			used += (size_t)snprintf(
				r->text + used, sizeof r->text - used, "%d,", i);
	app_quit(a);
}

static int choices_body(void *ctx)
{
	static char words[40][40];
	const char *items[40];
	const bool marked[40] = {[1] = true, [39] = true};
	struct app *a = app_open();
	struct result r = {false, -1, ""};
	struct dialog_list list = {.title = "Which?",
		.text = "Each frees what stands beside it.\n",
		.items = items,
		.n = 40,
		.marked = ctx ? NULL : marked};

	for (int i = 0; i < 40; i++) {
		snprintf(words[i], sizeof words[i], "file-%02d <C> \u65e5\u00e9  %d M", i, i * 10);
		items[i] = words[i];
	}
	dialog_choices(a, &list, take_marks, &r);
	loop_run(a);
	return finish(a, &r);
}

/* The left button, on the row where text stands. */
static void click(struct vt *v, const char *text)
{
	char bytes[32];
	int row, col;

	vt_wait(v, text);
	assert_true(vt_find(v, text, &row, &col));
	snprintf(bytes, sizeof bytes, "\033[<0;%d;%dM", col + 1, row + 1);
	vt_keys(v, bytes);
}

static void test_choices(void **state)
{
	static int none;
	struct vt *v = vt_fork(24, 80, choices_body, NULL);

	(void)state;
	vt_wait(v, "[ ] file-00 <C> \u65e5\u00e9  0 M");
	vt_wait(v, "[x] file-01 <C> \u65e5\u00e9  10 M");
	vt_wait(v, "take 2 of 40");
	assert_false(vt_has(v, "file-39"));
	vt_keys(v, " jj ");
	vt_wait(v, "[x] file-00");
	vt_wait(v, "[x] file-02");
	vt_wait(v, "take 4 of 40");
	vt_resize(v, 20, 70); /* marks and cursor stay */
	vt_wait(v, "take 4 of 40");
	vt_wait(v, "[x] file-02");
	vt_keys(v, " \033[F"); /* the last one, out of sight until now */
	vt_wait(v, "[x] file-39");
	vt_keys(v, " ");
	vt_wait(v, "[ ] file-39");
	vt_keys(v, "k ");
	vt_wait(v, "[x] file-38");
	click(v, "file-36"); /* the first click goes there, the second marks; what was seen stays where it was */
	click(v, "file-36");
	vt_wait(v, "[x] file-36");
	click(v, "file-36");
	vt_wait(v, "[ ] file-36");
	assert_true(vt_has(v, "file-39"));
	vt_keys(v, "\r");
	answered(v, "[answer 1 -1 0,1,38,]");
	v = vt_fork(24, 80, choices_body, NULL);
	vt_wait(v, "take 2 of 40");
	vt_keys(v, "n");
	vt_wait(v, "take 0 of 40");
	vt_keys(v, "a");
	vt_wait(v, "take 40 of 40");
	vt_keys(v, " \033");
	answered(v, "[answer 0 -1 ]");
	v = vt_fork(24, 80, choices_body, &none);
	vt_wait(v, "take 0 of 40");
	vt_keys(v, "a\033[H \r");
	answered(v, "[answer 1 -1 1,2,3,");
	v = vt_fork(24, 80, choices_body, NULL);
	vt_wait(v, "take 2 of 40");
	vt_keys(v, "n\r"); /* none of them is an answer, too */
	answered(v, "[answer 1 -1 ]");
}

/* --- CDK's bytes ------------------------------------------------------------------------------ */

static void test_page_of_characters(void **state)
{
	char *bytes, *text;

	(void)state;
	setlocale(LC_ALL, "C.UTF-8");
	cdk_utf8_reset();
	bytes = cdk_utf8_encode("a<b \u00e9 \u65e5 \033[1m\u0301x");
	for (const char *p = bytes; *p; p++)
		assert_true(*p != '<' && *p != '\033');
	text = cdk_utf8_decode(bytes);
	assert_string_equal(text, "a<b \u00e9 \u65e5 ?[1mx");
	free(bytes);
	free(text);
	for (unsigned c = 0; c < 300; c++) {
		int code = cdk_utf8_code(0x4e00 + c);

		assert_true(code == '?' || (code >= 0x81 && code <= 0xff));
	}
	assert_int_equal(cdk_utf8_code(0x9fff), '?');
	cdk_utf8_reset();
	assert_int_equal(cdk_utf8_code(0x9fff), 0x81);
	cdk_utf8_reset();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page_of_characters),
		cmocka_unit_test(test_hostile_text),
		cmocka_unit_test(test_confirm_yes),
		cmocka_unit_test(test_confirm_enter),
		cmocka_unit_test(test_confirm_word),
		cmocka_unit_test(test_entry),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_choices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
