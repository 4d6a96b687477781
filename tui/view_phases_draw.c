/* view_phases_draw: the list of phases; or checklist left, card right, output below. */
#include "tui/view_phases.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "tui/app.h"

#define LIST_MIN 28
#define LIST_MAX 44
#define OUTPUT_ROWS 7

/* The inside of a frame, a column away from it. */
static struct rect frame(
	struct screen *s, struct rect r, const char *title, const char *note, bool focus)
{
	struct rect in = screen_box(s, r, title, note, focus);

	in.x++;
	in.w -= 2;
	return in;
}

static void draw_phases(const struct phases *p, struct screen *s, struct rect r)
{
	struct rect in = frame(s, r, _("Phases"), NULL, true);
	const struct list *l = &p->phase_list;

	if (p->nentries == 0) {
		screen_put(s, in.y, in.x, in.w, ROLE_WARN,
			_("No phase was found. :help says where they are looked for."));
		return;
	}
	for (int k = 0; k < in.h && l->top + (size_t)k < l->count; k++) {
		size_t i = l->top + (size_t)k;
		const struct phase_entry *e = &p->entries[i];
		int used;

		screen_surface(s, i == l->cursor ? ROLE_CURSOR : ROLE_TEXT);
		if (i == l->cursor)
			screen_fill(s, (struct rect){in.y + k, in.x, 1, in.w}, ROLE_TEXT);
		used = screen_put(s, in.y + k, in.x, 20, ROLE_STRONG, e->id);
		used = used < 20 ? 20 : used;
		screen_put(s, in.y + k, in.x + used + 1, in.w - used - 1,
			e->problem ? ROLE_BAD : ROLE_TEXT,
			e->problem ? e->problem : words_get(&e->title));
	}
	screen_surface(s, ROLE_TEXT);
	screen_scrollbar(s, in.y, in.x + in.w, in.h, l->top, l->count);
}

static void draw_step_row(const struct phases *p, struct screen *s, struct rect r, size_t i)
{
	struct step_view v;
	enum role role = ROLE_DIM;
	int used;

	checklist_step(p->checklist, i, &v);
	if (v.state == STEP_DONE || v.state == STEP_SATISFIED)
		role = ROLE_OK;
	else if (v.state == STEP_RUNNING || v.activity >= ACT_RECORDING)
		role = ROLE_RUNNING;
	else if (v.state == STEP_FAILED)
		role = ROLE_BAD;
	else if (v.state == STEP_BLOCKED || v.state == STEP_INTERRUPTED)
		role = ROLE_WARN;
	screen_put(s, r.y, r.x, 2, role, step_state_sign(v.state, screen_ascii(s)));
	used = screen_put_right(s, r.y, r.x + r.w - 14, 14, role,
		v.state == STEP_FAILED ? _("failed") : step_state_word(v.state, v.failure));
	screen_put(s, r.y, r.x + 2, r.w - 3 - used, v.state == STEP_TODO ? ROLE_STRONG : ROLE_TEXT,
		words_get(&v.step->title));
}

static void draw_criterion_row(const struct phases *p, struct screen *s, struct rect r, size_t k)
{
	struct criterion_view v;
	enum sign sign = SIGN_UNKNOWN;
	enum role role = ROLE_UNKNOWN;

	checklist_criterion(p->checklist, k, &v);
	if (v.verdict == VERDICT_MET || v.verdict == VERDICT_ATTESTED) {
		sign = SIGN_OK;
		role = ROLE_OK;
	} else if (v.verdict == VERDICT_NOT_MET) {
		sign = SIGN_BAD;
		role = ROLE_BAD;
	} else if (v.verdict == VERDICT_DEFERRED) {
		sign = SIGN_SKIPPED;
		role = ROLE_DIM;
	}
	screen_put(s, r.y, r.x, 2, role, screen_sign(s, sign));
	int used = screen_put_right(s, r.y, r.x + r.w - 14, 14, role, verdict_word(v.verdict));
	screen_put(s, r.y, r.x + 2, r.w - 3 - used, ROLE_TEXT, words_get(&v.criterion->title));
}

/* "3/7": measured or attested, of all. */
static void criteria_count(const struct phases *p, char *out, size_t size)
{
	size_t met = 0, n = checklist_ncriteria(p->checklist);
	struct criterion_view v;

	for (size_t k = 0; k < n; k++) {
		checklist_criterion(p->checklist, k, &v);
		met += v.verdict == VERDICT_MET || v.verdict == VERDICT_ATTESTED;
	}
	snprintf(out, size, _("Criteria %zu/%zu"), met, n);
}

static void draw_list(const struct phases *p, struct screen *s)
{
	const struct phase *phase = checklist_phase(p->checklist);
	const char *run = checklist_run(p->checklist);
	struct rect in = frame(s, p->list_rect, words_get(&phase->title), run ? run : NULL,
		p->pane == PHASES_LIST);
	size_t steps = checklist_count(p->checklist);
	char heading[64];
	int y = in.y;

	for (size_t i = p->rows.top; i < p->rows.count && y < in.y + in.h; i++, y++) {
		struct rect row = {y, in.x, 1, in.w};

		if (i == steps && y + 2 < in.y + in.h) {
			criteria_count(p, heading, sizeof(heading));
			screen_put(s, ++y, in.x, in.w, ROLE_HEADER, heading);
			row.y = ++y;
		}
		if (i == p->rows.cursor) {
			screen_surface(s, p->pane == PHASES_LIST ? ROLE_CURSOR : ROLE_CURSOR_AWAY);
			screen_fill(s, row, ROLE_TEXT);
		}
		if (i < steps)
			draw_step_row(p, s, row, i);
		else
			draw_criterion_row(p, s, row, i - steps);
		screen_surface(s, ROLE_TEXT);
	}
}

#define ITEM_INDENT 2

static int card_line_height(const struct card_line *c, int w)
{
	return *c->text ? screen_paragraph_lines(c->text, c->item ? w - ITEM_INDENT : w) : 1;
}

static void draw_card(const struct phases *p, struct screen *s)
{
	struct rect in = frame(s, p->card_rect, _("Step"), NULL, p->pane == PHASES_CARD);
	int skip = p->card_top, y = in.y;

	for (size_t i = 0; i < p->ncard && y < in.y + in.h; i++) {
		const struct card_line *c = &p->card[i];
		int n = card_line_height(c, in.w), indent = c->item ? ITEM_INDENT : 0;

		if (skip >= n) {
			skip -= n;
			continue;
		}
		if (c->item && skip == 0)
			screen_put(s, y, in.x, ITEM_INDENT, ROLE_DIM, "-");
		screen_paragraph(s, (struct rect){y, in.x + indent, in.y + in.h - y, in.w - indent},
			c->role, c->text, skip, c->diff);
		y += n - skip;
		skip = 0;
	}
	screen_scrollbar(s, in.y, in.x + in.w, in.h, (size_t)p->card_top, (size_t)p->card_lines);
}

static void draw_output(const struct phases *p, struct screen *s)
{
	struct rect in = frame(s, p->output_rect, _("Output"),
		p->output_follow ? NULL : _("scrolled back"), p->pane == PHASES_OUTPUT);
	size_t i;

	if (!phases_at_step(p, &i))
		return;
	screen_paragraph(s, in, ROLE_TEXT, checklist_output(p->checklist, i), p->output_top, false);
	screen_scrollbar(
		s, in.y, in.x + in.w, in.h, (size_t)p->output_top, (size_t)p->output_lines);
}

void phases_draw(const struct view *v, struct screen *s, struct rect r)
{
	const struct phases *p = (const struct phases *)v;

	if (!p->checklist) {
		draw_phases(p, s, r);
		return;
	}
	if (p->map) {
		map_draw(p, s, r);
		return;
	}
	draw_list(p, s);
	draw_card(p, s);
	if (p->output_rect.h > 0)
		draw_output(p, s);
}

static void layout_scrolling(struct phases *p)
{
	size_t i;
	int last;

	p->card_lines = 0;
	for (size_t k = 0; k < p->ncard; k++)
		p->card_lines += card_line_height(&p->card[k], p->card_rect.w - 4);
	last = p->card_lines - (p->card_rect.h - 2);
	if (p->card_top > last)
		p->card_top = last > 0 ? last : 0;
	if (p->output_rect.h == 0 || !phases_at_step(p, &i))
		return;
	p->output_lines =
		screen_paragraph_lines(checklist_output(p->checklist, i), p->output_rect.w - 4);
	last = p->output_lines - (p->output_rect.h - 2);
	if (last < 0)
		last = 0;
	if (p->output_follow || p->output_top > last)
		p->output_top = last;
}

void phases_layout(struct view *v, struct rect r)
{
	struct phases *p = (struct phases *)v;
	int list_w = r.w * 2 / 5, output_h = 0;
	bool output = false;
	size_t i;

	list_resize(&p->phase_list, r.h - 2);
	if (!p->checklist)
		return;
	list_w = list_w < LIST_MIN ? LIST_MIN : list_w > LIST_MAX ? LIST_MAX : list_w;
	if (phases_at_step(p, &i))
		output = *checklist_output(p->checklist, i) != '\0' ||
			 checklist_running(p->checklist) == (int)i;
	if (output)
		output_h = r.h >= 30 ? r.h / 3 : OUTPUT_ROWS;
	p->list_rect = (struct rect){r.y, r.x, r.h - output_h, list_w};
	p->card_rect = (struct rect){r.y, r.x + list_w, r.h - output_h, r.w - list_w};
	p->output_rect = (struct rect){r.y + r.h - output_h, r.x, output_h, r.w};
	if (!output && p->pane == PHASES_OUTPUT)
		p->pane = PHASES_LIST;
	/* a blank line and a heading stand between steps and criteria */
	list_resize(&p->rows, p->list_rect.h - 4);
	layout_scrolling(p);
}
