#include "tui/app_private.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/collect.h"
#include "backends/host.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "base/trace.h"
#include "runbook/log.h"
#include "tui/dialog.h"
#include "tui/keys.h"
#include "tui/term.h"
#include "tui/view.h"

#define COPY_MAX ((size_t)100000)

static const struct {
	view_new *make;
} places[PLACE_COUNT] = {
	[PLACE_OVERVIEW] = {view_overview_new},
	[PLACE_DISKS] = {view_disks_new},
	[PLACE_LVM] = {view_lvm_new},
	[PLACE_PODS] = {view_pods_new},
	[PLACE_DOCKER] = {view_docker_new},
	[PLACE_BACKUPS] = {view_backups_new},
	[PLACE_PHASES] = {view_phases_new},
	[PLACE_LOG] = {view_log_new},
	[PLACE_REPORTS] = {view_reports_new},
};

void app_views_new(struct app *a)
{
	for (int p = 0; p < PLACE_COUNT; p++)
		if (places[p].make)
			a->views[p] = places[p].make(a);
}

void app_views_free(struct app *a)
{
	for (int p = 0; p < PLACE_COUNT; p++) {
		if (a->views[p])
			a->views[p]->ops->free(a->views[p]);
		a->views[p] = NULL;
	}
}

struct view *app_view(const struct app *a)
{
	return a->views[a->place];
}

void app_dirty(struct app *a)
{
	a->loop->dirty = true;
}

static enum log_kind kind_of_level(enum level level)
{
	return level == LEVEL_BAD ? LOG_ERROR : level == LEVEL_WARN ? LOG_WARNING : LOG_EVENT;
}

void app_say(struct app *a, enum level level, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	free(a->loop->say);
	a->loop->say = n < 0 ? NULL : text_dup(text);
	a->loop->say_level = level;
	if (a->loop->say && a->log)
		log_add(a->log, a->log_console, kind_of_level(level), clock_wall_ms(),
			a->loop->say);
	if (n >= 0)
		free(text);
	app_dirty(a);
}

void app_go(struct app *a, enum place p)
{
	struct view *old = app_view(a), *new = a->views[p];

	if (p == a->place)
		return;
	if (old && old->ops->activate)
		old->ops->activate(old, false);
	a->place = p;
	if (new) {
		new->rect = frame_content(a);
		if (new->ops->layout)
			new->ops->layout(new, new->rect);
		if (new->ops->activate)
			new->ops->activate(new, true);
	}
	app_dirty(a);
}

void app_phase_line(struct app *a, const char *text)
{
	if (text && a->phase_line && strcmp(text, a->phase_line) == 0)
		return;
	free(a->phase_line);
	a->phase_line = text ? xstrdup(text) : NULL;
	app_dirty(a);
}

void app_bell(struct app *a, const char *text)
{
	char *title = xasprintf("%s: %s", a->host ? a->host->name : "twistertui", text);

	term_bell();
	term_title(title);
	free(title);
}

void app_quit(struct app *a)
{
	a->loop->quit = true;
}

static char *base64(const char *text, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct buf out;

	buf_init(&out, 0);
	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)(unsigned char)text[i] << 16;

		if (i + 1 < n)
			v |= (unsigned)(unsigned char)text[i + 1] << 8;
		if (i + 2 < n)
			v |= (unsigned char)text[i + 2];
		buf_addc(&out, digits[v >> 18]);
		buf_addc(&out, digits[v >> 12 & 63]);
		buf_addc(&out, i + 1 < n ? digits[v >> 6 & 63] : '=');
		buf_addc(&out, i + 2 < n ? digits[v & 63] : '=');
	}
	return buf_take(&out);
}

void app_copy(struct app *a, const char *text)
{
	size_t n = strlen(text);
	char *encoded = base64(text, n > COPY_MAX ? COPY_MAX : n);

	term_clipboard(encoded);
	free(encoded);
	app_say(a, LEVEL_OK, n > COPY_MAX ? _("the first 100 KB were copied") : _("copied"));
}

const struct fact *app_fact(void *app, const char *name, double *age_s)
{
	struct app *a = app;

	for (int i = 0; i < PANEL_COUNT; i++) {
		const struct fact *f = a->panels[i] ? panel_find_fact(a->panels[i], name) : NULL;

		if (f) {
			if (age_s)
				*age_s = app_panel_age(a, (enum panel_id)i);
			return f;
		}
	}
	return NULL;
}

double app_panel_age(const struct app *a, enum panel_id id)
{
	const struct panel *p = a->panels[id];

	if (!p || p->state == PANEL_NEVER)
		return NAN;
	return (double)(clock_ms() - p->taken_ms) / 1000;
}

static bool looked_at(const struct app *a, enum panel_id id)
{
	return a->place == PLACE_OVERVIEW ||
	       (enum panel_id)(a->place - PLACE_DISKS + PANEL_DISKS) == id;
}

bool app_panel_stale(const struct app *a, enum panel_id id)
{
	const struct collect_def *d = &collect_defs[id];
	int pace = looked_at(a, id) && a->link == LINK_UP ? d->pace_ms : d->slow_ms;
	double age = app_panel_age(a, id);

	return !isnan(age) && age * 1000 > 3.0 * (pace > 1000 ? pace : 1000);
}

void app_command(struct app *a, enum command_id id, const char *arg)
{
	const struct command *c = command_get(id);

	if (c)
		app_run(a, c, arg ? arg : "");
}

/* --- what the application does itself --------------------------------------------------------- */

static void quit_answered(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	(void)ctx;
	a->leaving = false;
	if (answer->ok)
		app_quit(a);
}

/* What still runs, as words (owned), or NULL. */
static char *busy_words(const struct app *a)
{
	char *busy = NULL;

	for (int p = 0; p < PLACE_COUNT && !busy; p++)
		if (a->views[p] && a->views[p]->ops->busy)
			busy = a->views[p]->ops->busy(a->views[p]);
	return busy;
}

void app_leaving(struct app *a)
{
	char *busy = a->leaving ? busy_words(a) : NULL;

	if (a->leaving && !busy)
		dialog_withdraw(a, &a->leaving); /* the bottom line says how it ended */
	free(busy);
}

static void do_quit(struct app *a)
{
	char *busy = busy_words(a);

	if (!busy) {
		app_quit(a);
		return;
	}
	char *text = xasprintf(_("%s.\n\nIt goes on on the server when you leave, and is found "
				 "again at the next start.\n"),
		busy);
	struct dialog_question q = {
		.kind = CONFIRM_YES, .title = _("Leave?"), .text = text, .action = _("Leave")};

	a->leaving = true;
	dialog_confirm(a, &q, quit_answered, &a->leaving);
	free(text);
	free(busy);
}

static void do_interrupt(struct app *a, const struct command *c)
{
	for (int p = 0; p < PLACE_COUNT; p++)
		if (a->views[p] && a->views[p]->ops->command &&
			a->views[p]->ops->command(a->views[p], c, ""))
			return;
	app_say(a, LEVEL_NONE, _("Ctrl-C does not quit; q does"));
}

static void do_refresh(struct app *a)
{
	if (!a->server)
		return;
	if (a->link == LINK_UP) {
		server_refresh(a->server, PANEL_COUNT);
		app_say(a, LEVEL_NONE, _("reading everything again"));
	} else {
		server_retry(a->server);
		app_say(a, LEVEL_NONE, _("trying the link now"));
	}
}

static void do_root(struct app *a)
{
	if (!a->server)
		return;
	if (a->read_only)
		app_say(a, LEVEL_WARN, _("read-only: no sudo here"));
	else if (a->root == ROOT_UP)
		app_say(a, LEVEL_OK, _("the root shell is open already"));
	else if (a->link != LINK_UP)
		app_say(a, LEVEL_WARN, _("the link is down"));
	else
		server_root_open(a->server);
}

static void do_mouse(struct app *a, const char *arg)
{
	bool off = strcmp(arg, "off") == 0;

	if (!off && strcmp(arg, "on") != 0) {
		app_say(a, LEVEL_WARN, _(":mouse on or :mouse off"));
		return;
	}
	a->loop->mouse_off = off;
	term_mouse(!off);
	app_say(a, LEVEL_NONE,
		off ? _("the mouse is the terminal's again") : _("the mouse works here"));
}

static void do_theme(struct app *a, const char *arg)
{
	struct theme *t;
	struct err e;

	if (theme_load(*arg ? arg : "default", a->datadir, &t, &e) != 0) {
		app_say(a, LEVEL_BAD, "%s", e.text);
		return;
	}
	dialog_resized(a); /* widgets hold colours */
	app_theme(a, t);
	app_dirty(a);
}

static void do_filter(struct app *a, const char *arg)
{
	struct view *v = app_view(a);
	bool invert = arg[0] == '!';
	struct err e;

	if (!v || !v->ops->filter) {
		app_say(a, LEVEL_WARN, _("nothing to filter here"));
		return;
	}
	if (v->ops->filter(v, arg + invert, invert, &e) != 0)
		app_say(a, LEVEL_BAD, "%s", e.text);
	app_dirty(a);
}

static void do_copy(struct app *a)
{
	struct view *v = app_view(a);
	char *text = v && v->ops->copy ? v->ops->copy(v) : NULL;

	if (text)
		app_copy(a, text);
	free(text);
}

static void do_help(struct app *a)
{
	char *text = help_text(a->place);

	dialog_text(a, _("Help"), text, false);
	free(text);
}

static void app_own(struct app *a, const struct command *c, const char *arg)
{
	switch (c->id) {
	case CMD_QUIT:
		do_quit(a);
		break;
	case CMD_HELP:
		do_help(a);
		break;
	case CMD_COMMAND_LINE:
		prompt_open(a, ':', "");
		break;
	case CMD_FILTER:
		do_filter(a, arg);
		break;
	case CMD_REFRESH:
		do_refresh(a);
		break;
	case CMD_ROOT:
		do_root(a);
		break;
	case CMD_MOUSE:
		do_mouse(a, arg);
		break;
	case CMD_THEME:
		do_theme(a, arg);
		break;
	case CMD_COPY:
		do_copy(a);
		break;
	case CMD_BACK:
		app_go(a, PLACE_OVERVIEW);
		break;
	case CMD_REDRAW:
		app_redraw(a);
		break;
	case CMD_SUSPEND:
		app_suspend(a);
		break;
	case CMD_PHASE:
		if (a->place != PLACE_PHASES && a->views[PLACE_PHASES]) {
			app_go(a, PLACE_PHASES);
			app_run(a, c, arg);
		}
		break;
	default:
		break;
	}
}

/* Why a command that changes the server may not run now; NULL: it may. */
static const char *refusal(const struct app *a, const struct command *c)
{
	if (!(c->flags & CMD_CHANGES))
		return NULL;
	if (c->id == CMD_LOCK && a->lock_holder && !a->options->read_only)
		return NULL; /* another's lock is what makes it read-only: this takes it over */
	if (a->read_only)
		return a->read_only_why ? a->read_only_why
					: _("read-only: nothing is changed on the server");
	if (a->link != LINK_UP)
		return _("the link is down: nothing is started before it is back");
	return NULL;
}

void app_run(struct app *a, const struct command *c, const char *arg)
{
	struct view *v = app_view(a);
	const char *no = refusal(a, c);

	app_dirty(a);
	trace_say("command %s in %s", c->name, place_name(a->place));
	if (no)
		app_say(a, LEVEL_WARN, "%s", no);
	else if (c->id == CMD_INTERRUPT)
		do_interrupt(a, c);
	else if (c->id >= CMD_PLACE_1 && c->id <= CMD_PLACE_9)
		app_go(a, (enum place)(c->id - CMD_PLACE_1));
	else if (!v || !v->ops->command || !v->ops->command(v, c, arg))
		app_own(a, c, arg);
}

/* A command by its key, wherever the key was pressed or clicked at. */
static void run_key(struct app *a, const struct command *c)
{
	if (c->id == CMD_FILTER && app_view(a) && app_view(a)->ops->filter)
		prompt_open(a, '/', "");
	else
		app_run(a, c, "");
}

static void click_place(struct app *a, int x)
{
	for (int p = PLACE_COUNT - 1; p >= 0; p--)
		if (a->loop->place_at[p] <= x) {
			if (x < a->loop->place_at[PLACE_COUNT])
				app_go(a, (enum place)p);
			return;
		}
}

static void click_bottom(struct app *a, int x)
{
	for (size_t i = 0; i < a->loop->nkeys_at; i++)
		if (x >= a->loop->keys_at[i].from && x < a->loop->keys_at[i].to) {
			run_key(a, command_get(a->loop->keys_at[i].id));
			return;
		}
}

static void mouse_key(struct app *a, const struct key *key)
{
	struct view *v = app_view(a);

	if (key->y == 1 && key->delta == 0) {
		click_place(a, key->x);
	} else if (key->y == screen_rows(a->screen) - 1 && key->delta == 0) {
		click_bottom(a, key->x);
	} else if (v && v->ops->mouse && v->ops->mouse(v, key->y, key->x, key->delta)) {
		app_dirty(a);
	}
}

/* What is typed while the server thinks about a password may be the next one: it is no command. Esc
 * and Ctrl-C end the waiting. */
static bool between_passwords(struct app *a, const struct key *key)
{
	if (a->answering_until_ms == 0)
		return false;
	if (key->code == K_ESC || key->code == K_CTRL('C') || clock_ms() >= a->answering_until_ms)
		a->answering_until_ms = 0;
	return a->answering_until_ms != 0;
}

void app_key(struct app *a, const struct key *key)
{
	const struct command *c;

	app_dirty(a);
	if (frame_too_small(a)) {
		if (key->code == 'q')
			app_quit(a);
		return;
	}
	if (dialog_open(a)) {
		dialog_key(a, key);
		return;
	}
	if (a->loop->prompt.kind) {
		prompt_key(a, key);
		return;
	}
	if (between_passwords(a, key))
		return;
	FREE(a->loop->say);
	if (key->code == K_MOUSE) {
		mouse_key(a, key);
		return;
	}
	c = command_by_key(key->code, a->place);
	if (c)
		run_key(a, c);
}
