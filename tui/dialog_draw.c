/* dialog_draw: where a dialog stands and what it looks like. */
#include "tui/dialog_private.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "tui/widget.h"

#define WIDTH_MAX 92
#define WIDTH_MIN 44
#define HINT_CHOICES 68 /* columns of the longest hint there */
#define MARGIN 2 /* columns between the frame and what is inside */

/* Rows of the parts, from top to bottom; text gets what is left. */
struct plan {
	struct rect frame, text, field;
	int prompt; /* row of "Type … :", or -1 */
	int hint;   /* row */
};

static int longest_line(const char *text)
{
	int most = 0;

	while (*text) {
		char line[512];
		size_t n = strcspn(text, "\n");
		size_t part = n < sizeof line - 1 ? n : sizeof line - 1;
		int w;

		memcpy(line, text, part);
		line[part] = '\0';
		w = text_width(line);
		most = w > most ? w : most;
		text += n + (text[n] == '\n');
	}
	return most;
}

static int width_wanted(const struct dialog *d)
{
	int w = longest_line(d->text);
	int title = text_width(d->title) + 4;

	for (size_t i = 0; i < d->nitems; i++) {
		int item = text_width(d->items[i]) + (d->kind == DIALOG_CHOICES ? 8 : 4);

		w = item > w ? item : w;
	}
	if (dialog_has_entry(d) && w < 56)
		w = 56;
	if (d->kind == DIALOG_CHOICES && w < HINT_CHOICES)
		w = HINT_CHOICES;
	w = title > w ? title : w;
	w += 2 * MARGIN + 2;
	return w < WIDTH_MIN ? WIDTH_MIN : w > WIDTH_MAX ? WIDTH_MAX : w;
}

static int field_rows(const struct dialog *d, int room)
{
	const char *names[2];

	if (dialog_has_list(d))
		return (int)d->nitems < room ? (int)d->nitems : room;
	return dialog_has_entry(d) || dialog_buttons(d, names) ? 1 : 0;
}

static struct plan plan_make(struct dialog *d, const struct screen *s)
{
	int rows = screen_rows(s), cols = screen_cols(s);
	int w = width_wanted(d), field, around, text, most;
	bool prompt = d->kind == DIALOG_CONFIRM && d->confirm == CONFIRM_TYPE;
	struct plan p;

	w = w > cols - 4 ? cols - 4 : w;
	most = rows - 4; /* the top and bottom lines stay in sight */
	field = field_rows(d, most - 8);
	d->lines = screen_paragraph_lines(d->text, w - 2 - 2 * MARGIN);
	/* frame 2, a blank above, hint and a blank before it, field and a blank before it, the
	 * prompt */
	around = 5 + (field && *d->text ? field + 1 : field) + prompt;
	text = d->lines < most - around ? d->lines : most - around;
	d->height = text < 1 ? 1 : text;
	if (d->top > d->lines - d->height)
		d->top = d->lines > d->height ? d->lines - d->height : 0;
	p.frame.h = text + around;
	p.frame.w = w;
	p.frame.y = (rows - p.frame.h) / 2;
	p.frame.x = (cols - w) / 2;
	p.text = (struct rect){p.frame.y + 2, p.frame.x + 1 + MARGIN, text, w - 2 - 2 * MARGIN};
	p.hint = p.frame.y + p.frame.h - 2;
	p.field = (struct rect){p.hint - 1 - field, p.text.x, field, p.text.w};
	p.prompt = prompt ? p.field.y - 1 : -1;
	return p;
}

static void make_widget(struct dialog *d, struct screen *s, const struct plan *p)
{
	const char *names[2];
	int n = dialog_buttons(d, names);

	if (d->widget || p->field.h <= 0)
		return;
	if (dialog_has_entry(d))
		d->widget = widget_entry(s, p->field, d->flags & DIALOG_SECRET, d->value);
	else if (d->kind == DIALOG_CHOICE)
		d->widget = widget_list(
			s, p->field, (const char *const *)d->items, d->nitems, (size_t)d->current);
	else if (d->kind == DIALOG_CHOICES)
		d->widget = widget_marks(s, p->field, (const char *const *)d->items, d->nitems,
			(size_t)d->current, d->marked);
	else if (n > 0)
		d->widget = widget_buttons(s, p->field, names, n, d->current);
}

static void draw_hint(const struct dialog *d, struct screen *s, const struct plan *p)
{
	int x = p->text.x, w = p->text.w;

	if (d->complaint)
		screen_put(s, p->hint, x, w, ROLE_WARN, d->complaint);
	else if (d->kind == DIALOG_CONFIRM && d->confirm == CONFIRM_YES)
		screen_putf(s, p->hint, x, w, ROLE_DIM, _("y: %s   Enter, Esc: cancel"), d->action);
	else if (d->kind == DIALOG_CONFIRM && d->confirm == CONFIRM_TYPE)
		screen_put(s, p->hint, x, w, ROLE_DIM,
			_("the word and Enter: go ahead   Esc: cancel"));
	else if (d->kind == DIALOG_CONFIRM)
		screen_putf(s, p->hint, x, w, ROLE_DIM, _("Tab, Enter: %s   Enter, Esc: cancel"),
			d->action);
	else if (d->kind == DIALOG_ENTRY)
		screen_put(s, p->hint, x, w, ROLE_DIM, _("Enter: done   Esc: cancel"));
	else if (d->kind == DIALOG_CHOICES)
		screen_putf(s, p->hint, x, w, ROLE_DIM,
			_("Space: mark  a: all  n: none  Enter: take %zu of %zu  Esc: cancel"),
			dialog_marks(d), d->nitems);
	else if (d->kind == DIALOG_CHOICE)
		screen_put(s, p->hint, x, w, ROLE_DIM, _("arrows, Enter: choose   Esc: cancel"));
	else
		screen_put(s, p->hint, x, w, ROLE_DIM,
			d->lines > d->height ? _("arrows, PgUp, PgDn: scroll   Esc: close")
					     : _("Esc: close"));
}

void dialog_draw_one(struct dialog *d, struct screen *s, bool top)
{
	struct plan p = plan_make(d, s);

	screen_surface(s, ROLE_DIALOG);
	screen_fill(s, p.frame, ROLE_DIALOG);
	screen_box(s, p.frame, d->title, NULL, true);
	screen_paragraph(s, p.text, ROLE_DIALOG, d->text, d->top, d->diff);
	screen_scrollbar(
		s, p.text.y, p.frame.x + p.frame.w - 2, p.text.h, (size_t)d->top, (size_t)d->lines);
	if (p.prompt >= 0)
		screen_putf(s, p.prompt, p.text.x, p.text.w, ROLE_STRONG,
			_("Type \"%s\" to go ahead:"), d->word);
	draw_hint(d, s, &p);
	screen_surface(s, ROLE_TEXT);
	if (top)
		make_widget(d, s, &p);
}
