/* view_panel: places 2 to 6: the tables of one panel, one below the other. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/panel.h"
#include "backends/server.h"
#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/match.h"
#include "base/units.h"
#include "tui/app.h"
#include "tui/dialog.h"
#include "tui/pane.h"
#include "tui/panel_words.h"
#include "tui/view.h"

#define NOTES_MAX 3     /* lines of notes above the tables */
#define PANE_ROWS_MIN 3 /* title, header, a row */

struct view_panel {
	struct view view;
	enum panel_id id;
	struct panel *panel; /* a reference, or NULL */
	struct pane panes[PANEL_TABLES_MAX];
	int npanes, focus; /* focus: the pane that has the keys; -1 before there are any */
	char *pattern;     /* filter, or NULL */
	bool invert;
	struct match *match;
};

static struct view_panel *self(struct view *v)
{
	return (struct view_panel *)v;
}

static const struct view_panel *const_self(const struct view *v)
{
	return (const struct view_panel *)v;
}

static void panel_view_free(struct view *v)
{
	struct view_panel *p = self(v);

	for (int i = 0; i < PANEL_TABLES_MAX; i++)
		pane_clear(&p->panes[i]);
	match_free(p->match);
	free(p->pattern);
	panel_unref(p->panel);
	free(p);
}

static int notes_shown(const struct view_panel *p)
{
	size_t n = p->panel ? p->panel->nnotes : 0;

	if (p->panel && p->panel->state != PANEL_OK)
		n++;
	return n > NOTES_MAX ? NOTES_MAX : (int)n;
}

/* The rows of pane i when there is little room: all it has, or a few. */
static int least_height(const struct view_panel *p, int i, int few)
{
	int wanted = pane_height_wanted(&p->panes[i]);

	return wanted < few ? wanted : few;
}

/*
 * Every pane gets what it wants if all fit. Else each gets a row or two, the one that has the keys
 * up to half of the room, and the rest goes round; the last ones show no more than their titles
 * when not even that is there.
 */
static void share_room(const struct view_panel *p, int room, int heights[PANEL_TABLES_MAX])
{
	int half = room / 2;
	bool more = true;

	for (int i = 0; i < p->npanes; i++) {
		heights[i] = least_height(
			p, i, i == p->focus && half > PANE_ROWS_MIN ? half : PANE_ROWS_MIN);
		room -= heights[i];
	}
	for (int i = p->npanes - 1; i >= 0 && room < 0; i--)
		if (i != p->focus) {
			room += heights[i] - 1;
			heights[i] = 1;
		}
	while (room > 0 && more) {
		more = false;
		for (int i = 0; i < p->npanes && room > 0; i++)
			if (heights[i] > 1 && heights[i] < pane_height_wanted(&p->panes[i])) {
				heights[i]++;
				room--;
				more = true;
			}
	}
}

static void lay_out(struct view_panel *p)
{
	struct rect r = p->view.rect;
	int y = r.y + notes_shown(p), spare = r.y + r.h - y, heights[PANEL_TABLES_MAX] = {0};

	share_room(p, spare, heights);
	for (int i = 0; i < p->npanes; i++)
		spare -= heights[i];
	for (int i = 0; i < p->npanes; i++) {
		int left = r.y + r.h - y;
		int h = heights[i] < left ? heights[i] : left;

		pane_layout(&p->panes[i], (struct rect){y, r.x, h > 0 ? h : 0, r.w});
		y += h + (spare >= p->npanes); /* air between tables where there is enough */
	}
}

/* The table that one comes for. */
static int first_focus(const struct view_panel *p)
{
	for (int i = 0; i < p->npanes; i++)
		if (strcmp(p->panes[i].table->id, "pods") == 0 ||
			strcmp(p->panes[i].table->id, "containers") == 0)
			return i;
	return 0;
}

static void take_tables(struct view_panel *p)
{
	int result = 0;

	p->npanes = p->panel ? p->panel->ntables : 0;
	for (int i = 0; i < p->npanes; i++) {
		const struct table *t = &p->panel->tables[i];
		struct pane *pane = &p->panes[i];

		if (pane->table && strcmp(pane->table->id, t->id) != 0)
			pane_clear(pane);
		if (pane_update(pane, t, p->match, p->invert) != 0)
			result = ERR_LIMIT;
	}
	for (int i = p->npanes; i < PANEL_TABLES_MAX; i++)
		pane_clear(&p->panes[i]);
	if (p->focus < 0 && p->npanes > 0)
		p->focus = first_focus(p);
	if (p->focus >= p->npanes)
		p->focus = 0;
	lay_out(p);
	if (result)
		app_say(p->view.app, LEVEL_BAD,
			_("the filter is too costly for some rows: they are left out"));
}

static void panel_view_layout(struct view *v, struct rect r)
{
	(void)r;
	lay_out(self(v));
}

static bool panel_view_event(struct view *v, const struct server_event *ev)
{
	struct view_panel *p = self(v);
	struct panel *old = p->panel;

	if (ev->type != SERVER_PANEL || ev->u.panel->id != p->id)
		return false;
	p->panel = panel_ref(ev->u.panel);
	for (int i = 0; i < p->npanes; i++)
		p->panes[i].elapsed = 0;
	take_tables(p); /* still compares with the old one's tables */
	panel_unref(old);
	return true;
}

static bool panel_view_tick(struct view *v, int64_t now_ms)
{
	struct view_panel *p = self(v);

	for (int i = 0; p->panel && i < p->npanes; i++)
		p->panes[i].elapsed = (double)(now_ms - p->panel->taken_ms) / 1000;
	return false;
}

static void panel_view_activate(struct view *v, bool shown)
{
	if (shown && v->app->server)
		server_look(v->app->server, self(v)->id);
}

/* --- drawing ---------------------------------------------------------------------------------- */

static void draw_notes(const struct view_panel *p, struct screen *s)
{
	struct rect r = p->view.rect;
	int rows = notes_shown(p), y = r.y;
	size_t first = 0, left;
	char words[256];

	if (p->panel->state != PANEL_OK && rows > 0) {
		enum role role = panel_state_role(p->panel->state);

		screen_put(s, y, r.x + 1, 1, role, screen_sign(s, SIGN_BAD));
		screen_put(s, y++, r.x + 3, r.w - 4, role,
			panel_state_words(p->panel, words, sizeof words));
	}
	for (; first < p->panel->nnotes && y < r.y + rows; first++, y++) {
		const struct note *n = &p->panel->notes[first];

		left = p->panel->nnotes - first;
		if (y == r.y + rows - 1 && left > 1) {
			int w;

			snprintf(words, sizeof words, _("+%zu more"), left - 1);
			w = screen_put_right(s, y, r.x + r.w - 16, 15, ROLE_DIM, words);
			screen_put(s, y, r.x + 3, r.w - w - 6, ROLE_TEXT, n->text);
		} else {
			screen_put(s, y, r.x + 3, r.w - 4, ROLE_TEXT, n->text);
		}
		screen_put(s, y, r.x + 1, 1, level_role(n->level),
			screen_sign(s, level_sign(n->level)));
	}
}

static void panel_view_draw(const struct view *v, struct screen *s, struct rect r)
{
	const struct view_panel *p = const_self(v);
	bool stale = app_panel_stale(v->app, p->id);
	char age[64];

	if (!p->panel || p->panel->state == PANEL_NEVER) {
		screen_put(s, r.y + 1, r.x + 2, r.w - 4, ROLE_DIM, panel_waiting_words(v->app));
		return;
	}
	draw_notes(p, s);
	panel_age_words(v->app, p->id, age, sizeof age);
	for (int i = 0; i < p->npanes; i++)
		pane_draw(&p->panes[i], s, i == 0 ? age : NULL, i == p->focus, stale);
}

/* --- commands --------------------------------------------------------------------------------- */

static void sort_by(struct view_panel *p, int column, bool reverse)
{
	struct pane *pane = &p->panes[p->focus];

	pane->sort = column;
	pane->reverse = reverse;
	pane_update(pane, pane->table, p->match, p->invert);
	lay_out(p);
}

static void sort_named(struct view_panel *p, const char *name)
{
	struct pane *pane = &p->panes[p->focus];
	int column = pane_column(pane, name);

	if (*name && column < 0)
		app_say(p->view.app, LEVEL_WARN, _("no column \"%s\" here: Tab shows them"), name);
	else
		sort_by(p, column, *name && column == pane->sort ? !pane->reverse : false);
}

static void open_detail(struct view_panel *p)
{
	struct pane *pane = &p->panes[p->focus];
	char *text = pane_detail(pane);

	if (text)
		dialog_text(p->view.app, pane_row(pane)->tag, text, false);
	free(text);
}

static bool clear_filter(struct view_panel *p)
{
	if (!p->match)
		return false;
	match_free(p->match);
	p->match = NULL;
	FREE(p->pattern);
	take_tables(p);
	return true;
}

static bool panel_view_command(struct view *v, const struct command *c, const char *arg)
{
	struct view_panel *p = self(v);
	struct pane *pane;

	if (c->id == CMD_BACK)
		return clear_filter(p);
	if (p->npanes == 0)
		return false;
	pane = &p->panes[p->focus];
	if (pane_command(pane, c->id))
		return true;
	switch (c->id) {
	case CMD_NEXT_PANE:
	case CMD_RIGHT:
		p->focus = (p->focus + 1) % p->npanes;
		lay_out(p);
		return true;
	case CMD_PREVIOUS_PANE:
	case CMD_LEFT:
		p->focus = (p->focus + p->npanes - 1) % p->npanes;
		lay_out(p);
		return true;
	case CMD_OPEN:
		open_detail(p);
		return true;
	case CMD_SORT:
		sort_named(p, arg);
		return true;
	case CMD_SORT_NEXT:
		sort_by(p, pane->sort + 1 < pane->table->ncolumns ? pane->sort + 1 : -1,
			pane->reverse);
		return true;
	case CMD_SORT_REVERSE:
		sort_by(p, pane->sort < 0 ? 0 : pane->sort, !pane->reverse);
		return true;
	default:
		return false;
	}
}

static int panel_view_filter(struct view *v, const char *pattern, bool invert, struct err *e)
{
	struct view_panel *p = self(v);

	if (match_filter(&p->match, pattern, e) != 0)
		return ERR_USAGE;
	free(p->pattern);
	p->invert = invert;
	p->pattern = p->match ? xstrdup(pattern) : NULL;
	take_tables(p);
	return 0;
}

static bool panel_view_mouse(struct view *v, int y, int x, int delta)
{
	struct view_panel *p = self(v);

	(void)x;
	for (int i = 0; i < p->npanes; i++) {
		struct rect r = p->panes[i].rect;

		if (y < r.y || y >= r.y + r.h)
			continue;
		if (pane_click(&p->panes[i], y, delta) && p->focus == i)
			open_detail(p);
		if (delta == 0 && p->focus != i) {
			p->focus = i;
			lay_out(p);
		}
		return true;
	}
	return false;
}

static char *panel_view_copy(const struct view *v)
{
	const struct view_panel *p = const_self(v);

	return p->npanes ? pane_copy(&p->panes[p->focus]) : NULL;
}

static char *panel_view_complete(const struct view *v, enum command_id id, size_t i)
{
	const struct view_panel *p = const_self(v);
	const struct table *t = p->npanes ? p->panes[p->focus].table : NULL;

	return id == CMD_SORT && t && i < (size_t)t->ncolumns ? xstrdup(t->columns[i].id) : NULL;
}

static char *panel_view_status(const struct view *v)
{
	const struct view_panel *p = const_self(v);
	const struct pane *pane = p->npanes ? &p->panes[p->focus] : NULL;

	if (!pane)
		return NULL;
	if (p->pattern)
		return xasprintf(_("/%s%s  %zu of %zu"), p->invert ? "!" : "", p->pattern,
			pane->list.count, pane->table->nrows);
	if (pane->list.count > (size_t)pane->list.height && pane->list.height > 0)
		return xasprintf(_("%zu of %zu"), pane->list.cursor + 1, pane->list.count);
	return NULL;
}

static const struct view_ops ops = {
	.free = panel_view_free,
	.draw = panel_view_draw,
	.layout = panel_view_layout,
	.activate = panel_view_activate,
	.command = panel_view_command,
	.filter = panel_view_filter,
	.mouse = panel_view_mouse,
	.copy = panel_view_copy,
	.complete = panel_view_complete,
	.server_event = panel_view_event,
	.tick = panel_view_tick,
	.status = panel_view_status,
};

static struct view *panel_view_new(struct app *app, enum panel_id id)
{
	struct view_panel *p = xcalloc(1, sizeof *p);

	p->view.ops = &ops;
	p->view.app = app;
	p->id = id;
	p->focus = -1;
	for (int i = 0; i < PANEL_TABLES_MAX; i++)
		pane_init(&p->panes[i]);
	return &p->view;
}

struct view *view_disks_new(struct app *app)
{
	return panel_view_new(app, PANEL_DISKS);
}

struct view *view_lvm_new(struct app *app)
{
	return panel_view_new(app, PANEL_LVM);
}

struct view *view_pods_new(struct app *app)
{
	return panel_view_new(app, PANEL_PODS);
}

struct view *view_docker_new(struct app *app)
{
	return panel_view_new(app, PANEL_DOCKER);
}

struct view *view_backups_new(struct app *app)
{
	return panel_view_new(app, PANEL_BACKUPS);
}
