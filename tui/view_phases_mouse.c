/* view_phases_mouse: clicks and the wheel in the Phases place. */
#include "tui/view_phases.h"

#include <stdlib.h>

#include "tui/app.h"

/* The row of steps and criteria at that row of the screen, or -1: as draw_list() puts them. */
static int row_at(const struct phases *p, int y)
{
	size_t steps = checklist_count(p->checklist), i = p->rows.top;
	int at = p->list_rect.y + 1, end = p->list_rect.y + p->list_rect.h - 1;

	for (; i < p->rows.count && at < end; i++, at++) {
		if (i == steps && at + 2 < end)
			at += 2; /* the heading above the criteria */
		if (at == y)
			return (int)i;
	}
	return -1;
}

/* A click on a row selects it; on the row under the cursor it is Enter. */
static void click_row(struct phases *p, int i, bool focused)
{
	if (i < 0)
		return;
	if ((size_t)i == p->rows.cursor && focused) {
		app_command(p->view.app, CMD_OPEN, "");
		return;
	}
	phases_to(p, (size_t)i);
}

static bool mouse_phases(struct phases *p, int y, int delta)
{
	if (delta)
		list_move(&p->phase_list, delta, phases_phase_tag, p);
	else if (list_click(&p->phase_list, y - p->view.rect.y - 1, phases_phase_tag, p))
		app_command(p->view.app, CMD_OPEN, "");
	return true;
}

static bool mouse_map(struct phases *p, int y, int delta)
{
	if (delta == 0)
		click_row(p, map_row(p, y), true);
	for (int n = abs(delta); n > 0; n--)
		map_command(p, delta < 0 ? CMD_UP : CMD_DOWN);
	return true;
}

bool phases_mouse(struct view *v, int y, int x, int delta)
{
	struct phases *p = (struct phases *)v;
	const struct rect *rects[] = {&p->list_rect, &p->card_rect, &p->output_rect};

	if (!p->checklist)
		return mouse_phases(p, y, delta);
	if (p->map)
		return mouse_map(p, y, delta);
	for (int k = 0; k < PHASES_PANES; k++) {
		const struct rect *r = rects[k];
		enum phases_pane before = p->pane;

		if (y < r->y || y >= r->y + r->h || x < r->x || x >= r->x + r->w)
			continue;
		p->pane = (enum phases_pane)k;
		for (int n = abs(delta); n > 0; n--)
			phases_move(p, delta < 0 ? CMD_UP : CMD_DOWN);
		if (delta)
			p->pane = before; /* the wheel scrolls what is under it and leaves the keys
					     where they are */
		else if (k == PHASES_LIST)
			click_row(p, row_at(p, y), before == PHASES_LIST);
		return true;
	}
	return false;
}
