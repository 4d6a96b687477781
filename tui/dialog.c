#include "tui/dialog.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "tui/app_private.h"
#include "tui/dialog_private.h"
#include "tui/keys.h"
#include "tui/widget.h"

#define CLICK_SOON_MS 500

struct dialogs *dialogs_new(void)
{
	return xcalloc(1, sizeof(struct dialogs));
}

static void wipe(char *s)
{
	if (s)
		explicit_bzero(s, strlen(s));
	free(s);
}

static void dialog_free(struct dialog *d)
{
	widget_free(d->widget);
	for (size_t i = 0; i < d->nitems; i++)
		free(d->items[i]);
	free(d->items);
	free(d->marked);
	free(d->title);
	free(d->text);
	free(d->action);
	free(d->word);
	free(d->complaint);
	wipe(d->value);
	free(d);
}

void dialogs_free(struct dialogs *ds)
{
	while (ds && ds->top) {
		struct dialog *d = ds->top;

		ds->top = d->below;
		dialog_free(d);
	}
	free(ds);
}

bool dialog_open(const struct app *a)
{
	return a->dialogs->top != NULL;
}

static struct dialog *push(struct app *a, enum dialog_kind kind, dialog_done *done, void *ctx)
{
	struct dialog *d = xcalloc(1, sizeof *d);

	/* one CDK widget at a time: they share a page of characters */
	if (a->dialogs->top)
		dialog_drop_widget(a->dialogs->top);
	d->kind = kind;
	d->done = done;
	d->ctx = ctx;
	d->below = a->dialogs->top;
	d->value = xstrdup("");
	a->dialogs->top = d;
	app_dirty(a);
	return d;
}

static void set_text(struct dialog *d, const char *title, const char *text)
{
	d->title = xstrdup(title ? title : "");
	d->text = xstrdup(text ? text : "");
}

void dialog_message(
	struct app *a, const char *title, const char *text, dialog_done *done, void *ctx)
{
	set_text(push(a, DIALOG_MESSAGE, done, ctx), title, text);
}

void dialog_confirm(struct app *a, const struct dialog_question *q, dialog_done *done, void *ctx)
{
	struct dialog *d = push(a, DIALOG_CONFIRM, done, ctx);

	set_text(d, q->title, q->text);
	d->confirm = q->kind;
	d->diff = q->diff;
	d->action = xstrdup(q->action ? q->action : _("Go ahead"));
	d->word = xstrdup(q->word ? q->word : "");
	if (q->kind == CONFIRM_TYPE && !*d->word)
		d->confirm = CONFIRM_YES; /* nothing to type would be no confirmation */
}

void dialog_entry(struct app *a, const struct dialog_input *in, dialog_done *done, void *ctx)
{
	struct dialog *d = push(a, DIALOG_ENTRY, done, ctx);

	set_text(d, in->title, in->text);
	d->flags = in->flags;
	free(d->value);
	d->value = xstrdup(in->initial ? in->initial : "");
}

static struct dialog *push_list(struct app *a, enum dialog_kind kind,
	const struct dialog_list *list, dialog_done *done, void *ctx)
{
	struct dialog *d = push(a, kind, done, ctx);

	set_text(d, list->title, list->text);
	d->items = xcalloc(list->n + 1, sizeof *d->items);
	d->nitems = list->n;
	for (size_t i = 0; i < list->n; i++)
		d->items[i] = xstrdup(list->items[i]);
	d->current = (int)list->first;
	return d;
}

void dialog_choice(struct app *a, const struct dialog_list *list, dialog_done *done, void *ctx)
{
	push_list(a, DIALOG_CHOICE, list, done, ctx);
}

void dialog_choices(struct app *a, const struct dialog_list *list, dialog_done *done, void *ctx)
{
	struct dialog *d = push_list(a, DIALOG_CHOICES, list, done, ctx);

	d->marked = xcalloc(list->n + 1, sizeof *d->marked);
	if (list->marked && list->n > 0)
		memcpy(d->marked, list->marked, list->n * sizeof *d->marked);
}

void dialog_text(struct app *a, const char *title, const char *text, bool diff)
{
	struct dialog *d = push(a, DIALOG_TEXT, NULL, NULL);

	set_text(d, title, text);
	d->diff = diff;
}

bool dialog_has_entry(const struct dialog *d)
{
	return d->kind == DIALOG_ENTRY || (d->kind == DIALOG_CONFIRM && d->confirm == CONFIRM_TYPE);
}

bool dialog_has_list(const struct dialog *d)
{
	return d->kind == DIALOG_CHOICE || d->kind == DIALOG_CHOICES;
}

int dialog_buttons(const struct dialog *d, const char *names[2])
{
	if (d->kind == DIALOG_MESSAGE) {
		names[0] = _("OK");
		return 1;
	}
	if (d->kind != DIALOG_CONFIRM || d->confirm == CONFIRM_TYPE)
		return 0;
	names[0] = _("Cancel");
	names[1] = d->action;
	return d->confirm == CONFIRM_YES ? 1 : 2;
}

void dialog_drop_widget(struct dialog *d)
{
	if (!d->widget)
		return;
	wipe(d->value);
	d->value = widget_value(d->widget);
	d->current = widget_current(d->widget);
	for (size_t i = 0; d->kind == DIALOG_CHOICES && i < d->nitems; i++)
		d->marked[i] = widget_marked(d->widget, i);
	widget_free(d->widget);
	d->widget = NULL;
}

/* --- answers ---------------------------------------------------------------------------------- */

/* Takes d out and tells whoever asked. */
static void finish(struct app *a, struct dialog *d, bool ok)
{
	struct dialog **link = &a->dialogs->top;
	struct dialog_answer answer = {.ok = ok, .choice = -1};

	while (*link != d)
		link = &(*link)->below;
	*link = d->below;
	dialog_drop_widget(d);
	answer.text = ok && dialog_has_entry(d) ? d->value : "";
	if (ok && d->kind == DIALOG_CHOICE)
		answer.choice = d->current;
	answer.marked = ok ? d->marked : NULL;
	app_dirty(a);
	if (d->done)
		d->done(a, d->ctx, &answer);
	dialog_free(d);
}

void dialog_close_all(struct app *a)
{
	while (a->dialogs->top)
		finish(a, a->dialogs->top, false);
}

void dialog_withdraw(struct app *a, const void *ctx)
{
	struct dialog *d = a->dialogs->top;

	while (d && d->ctx != ctx)
		d = d->below;
	if (d)
		finish(a, d, false);
}

static void complain(struct dialog *d, const char *text)
{
	free(d->complaint);
	d->complaint = xstrdup(text);
}

static void enter_entry(struct app *a, struct dialog *d)
{
	char *typed = d->widget ? widget_value(d->widget) : xstrdup("");

	if (d->kind == DIALOG_ENTRY && !*typed && !(d->flags & DIALOG_EMPTY))
		complain(d, _("Something has to be typed, or Esc."));
	else if (d->kind == DIALOG_ENTRY)
		finish(a, d, true);
	else if (!*typed)
		finish(a, d, false);
	else if (strcmp(typed, d->word) == 0)
		finish(a, d, true);
	else
		complain(d, _("That is not the word."));
	wipe(typed);
}

size_t dialog_marks(const struct dialog *d)
{
	size_t n = 0;

	for (size_t i = 0; d->kind == DIALOG_CHOICES && i < d->nitems; i++)
		n += d->widget ? widget_marked(d->widget, i) : d->marked[i];
	return n;
}

static void enter(struct app *a, struct dialog *d)
{
	int current = d->widget ? widget_current(d->widget) : 0;

	if (dialog_has_entry(d))
		enter_entry(a, d);
	else if (dialog_has_list(d))
		finish(a, d, d->widget != NULL);
	else if (d->kind == DIALOG_CONFIRM)
		finish(a, d, current == 1);
	else
		finish(a, d, true);
}

/* Keys that move the text. True: it was one. */
static bool scroll_key(struct dialog *d, int code)
{
	int page = d->height > 1 ? d->height - 1 : 1;
	int most = d->lines > d->height ? d->lines - d->height : 0;
	bool letters = !dialog_has_entry(d);
	int to = d->top;

	if (dialog_has_list(d))
		return false;
	if (code == K_UP || (letters && code == 'k'))
		to--;
	else if (code == K_DOWN || (letters && code == 'j'))
		to++;
	else if (code == K_PGUP)
		to -= page;
	else if (code == K_PGDN || (letters && code == ' '))
		to += page;
	else if (letters && (code == 'g' || code == K_HOME))
		to = 0;
	else if (letters && (code == 'G' || code == K_END))
		to = most;
	else
		return false;
	d->top = to < 0 ? 0 : to > most ? most : to;
	return true;
}

static void widget_take(struct dialog *d, const struct key *key)
{
	int code = key->code;

	if (!d->widget)
		return;
	if (!dialog_has_entry(d) && (code == K_TAB || code == 'l'))
		code = K_RIGHT;
	if (!dialog_has_entry(d) && (code == K_BTAB || code == 'h'))
		code = K_LEFT;
	if (dialog_has_list(d) && code == 'j')
		code = K_DOWN;
	if (dialog_has_list(d) && code == 'k')
		code = K_UP;
	if (d->kind == DIALOG_CHOICES && (code == 'a' || code == 'n'))
		widget_mark_all(d->widget, code == 'a');
	else if (code == K_PASTE)
		widget_text(d->widget, key->text);
	else
		widget_key(d->widget, code);
}

/*
 * A click does what Tab or the arrows do: it moves the focus. On what has the focus it does what
 * Enter does, but not when it comes so soon after the dialog appeared, or after the click before,
 * that it may belong to another screen or be the second half of a double click; a question takes no
 * such click at all. So nothing is confirmed by one click, or by two in haste. Clicks that were
 * read in one turn came together.
 */
static void click(struct app *a, struct dialog *d, const struct key *key)
{
	int64_t now = a->loop->keys_ms;
	bool soon = now - d->clicked_ms < CLICK_SOON_MS;
	int at = d->widget ? widget_at(d->widget, key->y, key->x) : -1;

	d->clicked_ms = now;
	if (at < 0 || (soon && d->kind == DIALOG_CONFIRM))
		return;
	if (at != widget_current(d->widget))
		widget_to(d->widget, at);
	else if (d->kind == DIALOG_CHOICES)
		widget_key(d->widget, ' ');
	else if (!soon)
		enter(a, d);
}

static void dialog_mouse(struct app *a, struct dialog *d, const struct key *key)
{
	struct key wheel = *key;

	if (key->delta == 0) {
		click(a, d, key);
		return;
	}
	wheel.code = key->delta < 0 ? K_UP : K_DOWN;
	if (!scroll_key(d, wheel.code))
		widget_take(d, &wheel);
}

void dialog_key(struct app *a, const struct key *key)
{
	struct dialog *d = a->dialogs->top;

	if (!d->painted)
		return;
	if (key->code == K_MOUSE) {
		dialog_mouse(a, d, key);
		return;
	}
	FREE(d->complaint);
	if (key->code == K_ESC || key->code == K_CTRL('C') ||
		(d->kind == DIALOG_TEXT && key->code == 'q'))
		finish(a, d, false);
	else if (key->code == K_ENTER)
		enter(a, d);
	else if (d->kind == DIALOG_CONFIRM && d->confirm == CONFIRM_YES && key->code == 'y')
		finish(a, d, true);
	else if (!scroll_key(d, key->code))
		widget_take(d, key);
}

/* --- painting --------------------------------------------------------------------------------- */

static void draw_from_below(struct dialog *d, struct screen *s, bool top)
{
	if (!d)
		return;
	draw_from_below(d->below, s, false);
	dialog_draw_one(d, s, top);
}

void dialog_draw(struct app *a)
{
	struct dialog *d = a->dialogs->top;

	if (!d)
		return;
	if (!d->painted)
		input_flush(&a->loop->input);
	draw_from_below(d, a->screen, true);
}

void dialog_refresh(struct app *a)
{
	struct dialog *d = a->dialogs->top;

	if (!d)
		return;
	if (d->widget)
		widget_refresh(d->widget);
	if (!d->painted)
		d->clicked_ms = clock_ms();
	d->painted = true;
}

void dialog_resized(struct app *a)
{
	if (a->dialogs->top)
		dialog_drop_widget(a->dialogs->top);
}
