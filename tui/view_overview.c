/* view_overview: place 1: the server, five panels and the alerts at a glance. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/facts.h"
#include "backends/server.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/text.h"
#include "base/units.h"
#include "tui/app.h"
#include "tui/card.h"
#include "tui/dialog.h"
#include "tui/list.h"
#include "tui/panel_words.h"
#include "tui/view.h"

#define SERVER_ROWS 4
#define CARDS 6    /* five panels and the alerts */
#define ALERTS 5   /* the last card */
#define NARROW 110 /* below: two columns of cards */

struct alert {
	enum panel_id panel;
	const struct note *note; /* in the application's newest panel */
};

struct view_overview {
	struct view view;
	int focus;
	struct alert *alerts;
	size_t nalerts;
	struct list list;
};

static struct view_overview *self(struct view *v)
{
	return (struct view_overview *)v;
}

static const struct view_overview *const_self(const struct view *v)
{
	return (const struct view_overview *)v;
}

static void overview_free(struct view *v)
{
	struct view_overview *o = self(v);

	free(o->alerts);
	list_clear(&o->list);
	free(o);
}

/* --- alerts ----------------------------------------------------------------------------------- */

static int badness(const struct alert *a)
{
	static const int rank[] = {
		[LEVEL_BAD] = 0,
		[LEVEL_WARN] = 1,
		[LEVEL_UNKNOWN] = 2,
		[LEVEL_NONE] = 3,
		[LEVEL_OK] = 4,
	};

	return rank[a->note->level];
}

static int compare_alerts(const void *a, const void *b)
{
	const struct alert *x = a, *y = b;
	int order = badness(x) - badness(y);

	if (order == 0)
		order = (int)x->panel - (int)y->panel;
	return order ? order : (x->note > y->note) - (x->note < y->note);
}

static const char *alert_tag(const void *ctx, size_t i)
{
	const struct view_overview *o = ctx;

	return o->alerts[i].note->text;
}

static void collect_alerts(struct view_overview *o)
{
	struct app *a = o->view.app;
	size_t n = 0;

	for (int p = 0; p < PANEL_COUNT; p++)
		n += a->panels[p] ? a->panels[p]->nnotes : 0;
	o->alerts = xrealloc(o->alerts, n + 1, sizeof *o->alerts);
	o->nalerts = 0;
	for (int p = 0; p < PANEL_COUNT; p++)
		for (size_t i = 0; a->panels[p] && i < a->panels[p]->nnotes; i++)
			if (a->panels[p]->notes[i].level != LEVEL_OK)
				o->alerts[o->nalerts++] =
					(struct alert){(enum panel_id)p, &a->panels[p]->notes[i]};
	qsort(o->alerts, o->nalerts, sizeof *o->alerts, compare_alerts);
	if (o->focus != ALERTS)
		list_clear(&o->list); /* nobody is reading: the worst ones are at the top */
	list_update(&o->list, o->nalerts, alert_tag, o);
}

static bool overview_event(struct view *v, const struct server_event *ev)
{
	if (ev->type != SERVER_PANEL)
		return false;
	/* the application holds the new panel already: no pointer to the old one is left */
	collect_alerts(self(v));
	return true;
}

/* --- room ------------------------------------------------------------------------------------- */

/* Where card i stands: two columns of three, or on wide screens three of two with more room for the
 * alerts' words. */
static struct rect card_rect(struct rect r, int i)
{
	static const int even[] = {0, 1, 2, 3}, alerts[] = {0, 3, 6, 10};
	int across = r.w >= NARROW ? 3 : 2, down = CARDS / across;
	int row = i / across, column = i % across;
	const int *at = across == 3 && row == 1 ? alerts : even;
	int parts = at == alerts ? 10 : across;
	int top = r.y + SERVER_ROWS, h = r.h - SERVER_ROWS;
	int y0 = top + h * row / down, y1 = top + h * (row + 1) / down;
	int x0 = r.x + r.w * at[column] / parts, x1 = r.x + r.w * at[column + 1] / parts;

	return (struct rect){y0, x0, y1 - y0, x1 - x0};
}

static void overview_layout(struct view *v, struct rect r)
{
	struct view_overview *o = self(v);

	list_resize(&o->list, card_rect(r, ALERTS).h - 2);
	collect_alerts(o);
}

static void overview_activate(struct view *v, bool shown)
{
	if (shown && v->app->server)
		server_look(v->app->server, PANEL_COUNT);
}

/* --- the server's own lines ------------------------------------------------------------------- */

static double fact(const struct panel *p, const char *name)
{
	const struct fact *f = p ? panel_find_fact(p, name) : NULL;

	return f ? f->value : NAN;
}

static enum level use_level(double percent)
{
	return isnan(percent)  ? LEVEL_UNKNOWN
	       : percent >= 95 ? LEVEL_BAD
	       : percent >= 85 ? LEVEL_WARN
			       : LEVEL_OK;
}

struct gauge {
	const char *label;
	double percent;
	const struct history *history;
	const char *words;
};

/* "Memory   17 % ━━━─────── ▂▂▂▂▂  2.6G of 16G" */
static void draw_gauge(struct screen *s, struct rect r, const struct gauge *g, bool stale)
{
	enum level level = use_level(g->percent);
	int x = r.x, bar = r.w / 5, spark = r.w / 5;
	char percent[16] = "?";

	if (!isnan(g->percent))
		snprintf(percent, sizeof percent, "%.0f %%", g->percent);
	screen_put(s, r.y, x, 10, ROLE_DIM, g->label);
	screen_put_right(s, r.y, x + 10, 6,
		stale               ? ROLE_STALE
		: level == LEVEL_OK ? ROLE_STRONG
				    : level_role(level),
		percent);
	if (level == LEVEL_WARN || level == LEVEL_BAD)
		screen_put(s, r.y, x + 17, 1, level_role(level), screen_sign(s, level_sign(level)));
	x += 18;
	screen_bar(s, r.y, x, bar, g->percent / 100, level);
	x += bar + 2;
	screen_spark(s, r.y, x, spark, g->history->values, g->history->n, 100);
	x += spark + 2;
	screen_put(s, r.y, x, r.x + r.w - x, stale ? ROLE_STALE : ROLE_TEXT, g->words);
}

static void load_words(const struct panel *p, char *out, size_t size)
{
	double one = fact(p, "host.load1"), cpus = fact(p, "host.cpus");

	if (isnan(one))
		snprintf(out, size, _("load ?"));
	else if (isnan(cpus))
		snprintf(out, size, _("load %.2f %.2f %.2f"), one, fact(p, "host.load5"),
			fact(p, "host.load15"));
	else
		snprintf(out, size, _("load %.2f %.2f %.2f on %.0f"), one, fact(p, "host.load5"),
			fact(p, "host.load15"), cpus);
}

static void memory_words(const struct panel *p, char *out, size_t size)
{
	double total = fact(p, "host.memory.total"), available = fact(p, "host.memory.available");
	char used[UNITS_SIZE], all[UNITS_SIZE];

	snprintf(out, size, _("%s of %s"), units_bytes(total - available, used),
		units_bytes(total, all));
}

static void server_title(const struct app *a, char *out, size_t size)
{
	const struct panel *p = a->panels[PANEL_HOST];
	const struct fact *system = p ? panel_find_fact(p, "host.system") : NULL;
	double uptime = fact(p, "host.uptime");
	char up[UNITS_SIZE];
	size_t n;

	snprintf(out, size, "%s", _("Server"));
	n = strlen(out);
	if (system && system->text)
		snprintf(out + n, size - n, "  %s", system->text);
	n = strlen(out);
	if (!isnan(uptime))
		snprintf(out + n, size - n, _("  up %s"),
			units_duration(uptime + app_panel_age(a, PANEL_HOST), up));
}

static void draw_server(const struct view *v, struct screen *s, struct rect r)
{
	const struct app *a = v->app;
	const struct panel *p = a->panels[PANEL_HOST];
	bool stale = app_panel_stale(a, PANEL_HOST);
	char title[160], age[64], words[96];
	struct gauge cpu = {_("Processor"), fact(p, "host.cpu.percent"), &a->cpu, words};
	struct gauge memory = {_("Memory"), fact(p, "host.memory.percent"), &a->memory, words};

	server_title(a, title, sizeof title);
	panel_age_words(a, PANEL_HOST, age, sizeof age);
	r = screen_box(s, (struct rect){r.y, r.x, SERVER_ROWS, r.w}, title, age, false);
	r.x++;
	r.w -= 2;
	if (!p || p->state == PANEL_NEVER) {
		screen_put(s, r.y, r.x, r.w, ROLE_DIM, panel_waiting_words(a));
		return;
	}
	load_words(p, words, sizeof words);
	draw_gauge(s, (struct rect){r.y, r.x, 1, r.w}, &cpu, stale);
	memory_words(p, words, sizeof words);
	draw_gauge(s, (struct rect){r.y + 1, r.x, 1, r.w}, &memory, stale);
}

/* --- cards ------------------------------------------------------------------------------------ */

static void draw_alerts(const struct view_overview *o, struct screen *s, struct rect r, bool focus)
{
	char title[64];
	size_t bad = 0;

	for (size_t i = 0; i < o->nalerts; i++)
		bad += o->alerts[i].note->level == LEVEL_BAD ||
		       o->alerts[i].note->level == LEVEL_WARN;
	snprintf(title, sizeof title, bad ? "%s  %zu" : "%s", _("Alerts"), bad);
	r = screen_box(s, r, title, NULL, focus);
	if (o->nalerts == 0)
		screen_put(s, r.y, r.x + 1, r.w - 2, ROLE_DIM, _("none"));
	for (int i = 0; i < r.h && o->list.top + (size_t)i < o->nalerts; i++) {
		const struct alert *a = &o->alerts[o->list.top + (size_t)i];
		bool here = focus && o->list.cursor == o->list.top + (size_t)i;

		if (here) {
			screen_surface(s, ROLE_CURSOR);
			screen_fill(s, (struct rect){r.y + i, r.x, 1, r.w}, ROLE_CURSOR);
		}
		screen_put(s, r.y + i, r.x + 1, 1, level_role(a->note->level),
			screen_sign(s, level_sign(a->note->level)));
		screen_put(s, r.y + i, r.x + 3, r.w - 4, ROLE_TEXT, a->note->text);
		screen_surface(s, ROLE_TEXT);
	}
	screen_scrollbar(s, r.y, r.x + r.w - 1, r.h, o->list.top, o->nalerts);
}

static void draw_panel_card(
	const struct view *v, struct screen *s, struct rect r, enum panel_id id, bool focus)
{
	const struct app *a = v->app;
	const struct panel *p = a->panels[id];
	char title[64], age[64], words[256];
	bool stale = app_panel_stale(a, id);
	int used = 0;

	snprintf(title, sizeof title, "%d %s", id - PANEL_DISKS + PLACE_DISKS + 1, panel_title(id));
	panel_age_words(a, id, age, sizeof age);
	r = screen_box(s, r, title, age, focus);
	r.x++;
	r.w -= 2;
	if (!p || p->state == PANEL_NEVER) {
		screen_put(s, r.y, r.x, r.w, ROLE_DIM, panel_waiting_words(a));
		return;
	}
	if (p->state != PANEL_OK) {
		int lines = screen_paragraph(s, (struct rect){r.y, r.x, r.h, r.w},
			panel_state_role(p->state), panel_state_words(p, words, sizeof words), 0,
			false);

		used = lines < r.h ? lines : r.h;
	}
	card_draw(p, s, (struct rect){r.y + used, r.x, r.h - used, r.w},
		stale || p->state == PANEL_HUNG);
}

static void overview_draw(const struct view *v, struct screen *s, struct rect r)
{
	const struct view_overview *o = const_self(v);

	draw_server(v, s, r);
	for (int i = 0; i < ALERTS; i++)
		draw_panel_card(
			v, s, card_rect(r, i), (enum panel_id)(PANEL_DISKS + i), o->focus == i);
	draw_alerts(o, s, card_rect(r, ALERTS), o->focus == ALERTS);
}

/* --- commands --------------------------------------------------------------------------------- */

static void open_alerts(struct view_overview *o)
{
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < o->nalerts; i++)
		buf_addf(&b, _("%s %s: %s\n"),
			screen_sign(o->view.app->screen, level_sign(o->alerts[i].note->level)),
			panel_title(o->alerts[i].panel), o->alerts[i].note->text);
	if (o->nalerts == 0)
		buf_adds(&b, _("none"));
	dialog_text(o->view.app, _("Alerts"), buf_str(&b), false);
	buf_clear(&b);
}

static bool overview_open(struct view_overview *o)
{
	if (o->focus == ALERTS)
		open_alerts(o);
	else
		app_go(o->view.app, (enum place)(PLACE_DISKS + o->focus));
	return true;
}

/* To the card beside; within the alerts, up and down move the cursor while they can. */
static void overview_move(struct view_overview *o, enum command_id id)
{
	int across = o->view.rect.w >= NARROW ? 3 : 2;
	int to = o->focus;

	if (id == CMD_LEFT && o->focus % across > 0)
		to--;
	else if (id == CMD_RIGHT && o->focus % across < across - 1)
		to++;
	else if (id == CMD_UP && o->focus == ALERTS && o->list.cursor > 0)
		list_move(&o->list, -1, alert_tag, o);
	else if (id == CMD_UP && o->focus >= across)
		to -= across;
	else if (id == CMD_DOWN && o->focus == ALERTS)
		list_move(&o->list, 1, alert_tag, o);
	else if (id == CMD_DOWN && o->focus + across < CARDS)
		to += across;
	o->focus = to;
}

static bool overview_command(struct view *v, const struct command *c, const char *arg)
{
	struct view_overview *o = self(v);

	(void)arg;
	switch (c->id) {
	case CMD_LEFT:
	case CMD_RIGHT:
	case CMD_UP:
	case CMD_DOWN:
		overview_move(o, c->id);
		return true;
	case CMD_NEXT_PANE:
		o->focus = (o->focus + 1) % CARDS;
		return true;
	case CMD_PREVIOUS_PANE:
		o->focus = (o->focus + CARDS - 1) % CARDS;
		return true;
	case CMD_OPEN:
		return overview_open(o);
	case CMD_BACK:
		return true;
	default:
		return o->focus == ALERTS && list_command(&o->list, c->id, alert_tag, o);
	}
}

static bool overview_mouse(struct view *v, int y, int x, int delta)
{
	struct view_overview *o = self(v);

	for (int i = 0; i < CARDS; i++) {
		struct rect r = card_rect(v->rect, i);

		if (y < r.y || y >= r.y + r.h || x < r.x || x >= r.x + r.w)
			continue;
		if (delta && i == ALERTS)
			list_move(&o->list, delta, alert_tag, o);
		else if (delta == 0 && o->focus == i)
			overview_open(o); /* a second click */
		else if (delta == 0)
			o->focus = i;
		return true;
	}
	return false;
}

static char *overview_copy(const struct view *v)
{
	const struct view_overview *o = const_self(v);

	return o->nalerts ? xstrdup(o->alerts[o->list.cursor].note->text) : NULL;
}

struct view *view_overview_new(struct app *app)
{
	static const struct view_ops ops = {
		.free = overview_free,
		.draw = overview_draw,
		.layout = overview_layout,
		.activate = overview_activate,
		.command = overview_command,
		.mouse = overview_mouse,
		.copy = overview_copy,
		.server_event = overview_event,
	};
	struct view_overview *o = xcalloc(1, sizeof *o);

	o->view.ops = &ops;
	o->view.app = app;
	return &o->view;
}
