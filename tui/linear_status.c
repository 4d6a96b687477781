/* linear_status: the panels, on request, each figure with what it is and how old. */
#include "tui/linear_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/collect.h"
#include "backends/facts.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/units.h"
#include "tui/pane.h"
#include "tui/panel_words.h"

#define FIRST_READ_MS 20000

enum { STATUS_BACK = 100, STATUS_REFRESH, STATUS_ALL };

static double age_of(const struct panel *p)
{
	return (double)(clock_ms() - p->taken_ms) / 1000;
}

/* Older than three times its pace, or without a link behind it. */
static bool is_old(const struct linear *l, const struct panel *p)
{
	int pace = collect_defs[p->id].pace_ms;

	return l->link != LINK_UP || age_of(p) * 1000 > 3.0 * (pace > 1000 ? pace : 1000);
}

/* Just connected: what is on its way is waited for a little. */
static void wait_read(struct linear *l, enum panel_id id)
{
	int64_t until = linear_patience(FIRST_READ_MS);

	while (!l->panels[id] && l->link == LINK_UP && clock_ms() < until && !l->interrupted &&
		!linear_over(l))
		linear_turn(l, 0, -1);
}

/* "Disks: read 3 s ago": a panel's first line. */
static void head(struct linear *l, enum panel_id id)
{
	const struct panel *p;
	char age[UNITS_SIZE], state[512];

	wait_read(l, id);
	p = l->panels[id];

	if (!p || p->state == PANEL_NEVER) {
		linear_say(l, _("%s: %s"), panel_title(id), _("nothing read yet"));
		return;
	}
	units_duration(floor(age_of(p)), age);
	linear_say(l, is_old(l, p) ? _("%s: old, read %s ago") : _("%s: read %s ago"),
		panel_title(id), age);
	if (p->state != PANEL_OK)
		linear_say(l, "%s", panel_state_words(p, state, sizeof state));
}

static void notes(struct linear *l, enum panel_id id)
{
	const struct panel *p = l->panels[id];

	for (size_t i = 0; p && i < p->nnotes; i++)
		linear_say(l,
			p->notes[i].level == LEVEL_BAD    ? _("Alert: %s")
			: p->notes[i].level == LEVEL_WARN ? _("Warning: %s")
							  : _("Note: %s"),
			p->notes[i].text);
}

static void facts(struct linear *l, enum panel_id id)
{
	const struct panel *p = l->panels[id];
	char words[FACT_TEXT_SIZE];

	for (const struct fact_def *d = fact_defs; p && d->name; d++) {
		const struct fact *f = d->panel == id ? panel_find_fact(p, d->name) : NULL;

		if (f)
			linear_say(l, _("%s: %s"), _(d->label),
				fact_format(d->unit, f->value, f->text, words));
	}
}

/* One row a line: its first column, then the others with their titles. */
static void rows(struct linear *l, const struct panel *p, const struct table *t)
{
	double elapsed = age_of(p);
	char words[CELL_SIZE];
	struct buf line;

	linear_say(l, P_("%s: %zu row", "%s: %zu rows", t->nrows), _(t->title), t->nrows);
	for (size_t i = 0; i < t->nrows && !linear_over(l); i++) {
		buf_init(&line, 0);
		for (int c = 0; c < t->ncolumns; c++) {
			cell_format(&t->rows[i].cells[c], elapsed, words);
			if (c == 0)
				buf_adds(&line, words);
			else
				buf_addf(&line, ", %s %s", _(t->columns[c].title), words);
		}
		linear_lines(l, buf_str(&line));
		buf_clear(&line);
	}
	if (t->dropped)
		linear_say(l, P_("%zu more row is not shown", "%zu more rows are not shown", t->dropped),
			t->dropped);
}

static void one_panel(struct linear *l, enum panel_id id)
{
	while (!linear_over(l)) {
		const struct panel *p;
		struct menu m = {0};
		int chosen;

		head(l, id);
		p = l->panels[id];
		notes(l, id);
		facts(l, id);
		for (int k = 0; p && k < p->ntables; k++)
			menu_add(&m, k, p->tables[k].id, CMD_NONE,
				P_("%s, %zu row", "%s, %zu rows", p->tables[k].nrows),
				_(p->tables[k].title), p->tables[k].nrows);
		menu_add(&m, STATUS_REFRESH, NULL, CMD_REFRESH, "%s", _("Read it again"));
		menu_add(&m, STATUS_BACK, NULL, CMD_BACK, "%s", _("Back"));
		menu_default(&m);
		chosen = menu_choose(l, &m, panel_title(id));
		p = l->panels[id]; /* a newer one may have come */
		if (chosen == STATUS_REFRESH)
			server_refresh(l->c.server, id);
		else if (chosen < 0 || chosen == STATUS_BACK)
			return;
		else if (p && chosen < p->ntables)
			rows(l, p, &p->tables[chosen]);
	}
}

static void at_a_glance(struct linear *l)
{
	for (int id = 0; id < PANEL_COUNT; id++) {
		head(l, (enum panel_id)id);
		notes(l, (enum panel_id)id);
		facts(l, (enum panel_id)id);
	}
}

void linear_status(struct linear *l)
{
	while (!linear_over(l)) {
		struct menu m = {0};
		int id;

		menu_add(&m, STATUS_ALL, "all", CMD_NONE, "%s", _("Everything at a glance"));
		for (int k = 0; k < PANEL_COUNT; k++)
			menu_add(&m, k, panel_name((enum panel_id)k), CMD_NONE, "%s",
				panel_title((enum panel_id)k));
		menu_add(&m, STATUS_BACK, NULL, CMD_BACK, "%s", _("Back"));
		id = menu_choose(l, &m, _("Status of the server"));
		if (id == STATUS_ALL)
			at_a_glance(l);
		else if (id < 0 || id == STATUS_BACK)
			return;
		else
			one_panel(l, (enum panel_id)id);
	}
}
