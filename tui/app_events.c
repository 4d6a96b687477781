/* app_events: what server and store have to say, taken into the application's state and given to
 * the views. */
#include "tui/app_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/host.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/trace.h"
#include "runbook/log.h"
#include "runbook/store.h"
#include "tui/dialog.h"
#include "tui/record.h"
#include "tui/start.h"
#include "tui/view.h"

#define EVENTS_A_TURN 512    /* so that keys are read between floods of output */

static void history_add(struct history *h, double value)
{
	if (h->n == HISTORY_MAX) {
		memmove(h->values, h->values + 1, (HISTORY_MAX - 1) * sizeof h->values[0]);
		h->n--;
	}
	h->values[h->n++] = value;
}

static double fact_value(const struct panel *p, const char *name)
{
	const struct fact *f = panel_find_fact(p, name);

	return f ? f->value : NAN;
}

static void on_panel(struct app *a, struct panel *p)
{
	panel_unref(a->panels[p->id]);
	a->panels[p->id] = panel_ref(p);
	if (p->id != PANEL_HOST)
		return;
	history_add(&a->cpu, fact_value(p, "host.cpu.percent"));
	history_add(&a->memory, fact_value(p, "host.memory.percent"));
	history_add(&a->load, fact_value(p, "host.load1"));
}

static void link_say(struct app *a)
{
	const char *why = a->link_text ? a->link_text : "";

	if (!a->log)
		return;
	if (a->link == LINK_UP)
		log_add(a->log, a->log_console, LOG_EVENT, clock_wall_ms(), _("the link is up"));
	else if (a->link == LINK_LOST || a->link == LINK_STOPPED)
		log_add(a->log, a->log_console, LOG_WARNING, clock_wall_ms(),
			*why ? why : link_state_word(a->link));
}

static void first_up(struct app *a)
{
	a->was_up = true;
	if (a->described)
		start_offer_to_save(a);
	if (a->options->sudo_password_fd >= 0 && !a->read_only)
		server_root_open(a->server);
}

static void on_link(struct app *a, const struct server_event *ev)
{
	if (a->link != ev->u.link.state)
		a->link_since_ms = clock_ms();
	a->link = ev->u.link.state;
	free(a->link_text);
	a->link_text = ev->u.link.text && *ev->u.link.text ? xstrdup(ev->u.link.text) : NULL;
	a->link_code = ev->u.link.code;
	a->link_retry_at_ms = a->link == LINK_LOST ? clock_ms() + ev->u.link.retry_ms : 0;
	a->silent_ms = 0;
	if (a->link != LINK_HOSTKEY && a->link != LINK_AUTH) {
		ask_withdraw(a);
		a->answering_until_ms = 0;
	}
	if (a->link == LINK_LOST || a->link == LINK_STOPPED) {
		a->rtt_ms = NAN;
		a->root = ROOT_NONE;
	}
	link_say(a);
	trace_say("link %s: %s", record_link_name(a->link), a->link_text ? a->link_text : "");
	if (a->link == LINK_UP && !a->was_up)
		first_up(a);
	record_link(a->store, a->link, a->link_text);
}

static void on_rtt(struct app *a, const struct server_event *ev)
{
	record_clock(a->store, a->clock_offset_ms, ev->u.rtt.clock_offset_ms);
	a->rtt_ms = ev->u.rtt.rtt_ms;
	a->clock_offset_ms = ev->u.rtt.clock_offset_ms;
	a->silent_ms = 0;
}

static void on_root(struct app *a, const struct server_event *ev)
{
	const char *text = ev->u.root.text ? ev->u.root.text : "";

	if (a->root == ev->u.root.state)
		return;
	a->root = ev->u.root.state;
	if (a->root != ROOT_PASSWORD && a->root != ROOT_OPENING)
		a->answering_until_ms = 0;
	if (a->root != ROOT_PASSWORD)
		ask_withdraw(a);
	if (a->root == ROOT_UP)
		app_say(a, LEVEL_OK, _("the root shell is open: panels and steps may use it"));
	else if (a->root == ROOT_REFUSED)
		app_say(a, LEVEL_BAD, _("no root shell: %s"), *text ? text : _("sudo refused"));
	else if (a->root == ROOT_NEVER)
		app_say(a, LEVEL_WARN, "%s", *text ? text : _("this host's profile says: no sudo"));
	record_root(a->store, a->root);
}

/* Another console holds the lock: this one watches. It may act again as soon as the lock is ours.
 * */
static void on_lock(struct app *a, const struct server_event *ev)
{
	const char *holder = ev->u.lock.holder ? ev->u.lock.holder : "";
	bool others = !ev->u.lock.ours && *holder, taken = others && a->lock_ours;

	a->lock_ours = ev->u.lock.ours;
	FREE(a->lock_holder);
	a->lock_holder = others ? xstrdup(holder) : NULL;
	if (!a->options->read_only && a->store) {
		a->read_only = others;
		FREE(a->read_only_why);
		if (others)
			a->read_only_why = xasprintf(
				_("read-only: %s holds the lock (L in Phases takes it over)"),
				holder);
	}
	if (taken)
		app_say(a, LEVEL_WARN,
			_("the lock was taken over: this console only watches now (%s)"), holder);
	else if (others)
		app_say(a, LEVEL_WARN,
			ev->u.lock.stale ? _("the lock was left behind by %s")
					 : _("%s holds the lock"),
			holder);
	record_lock(a->store, ev);
}

/* True when what the frame shows has changed. */
static bool take_in(struct app *a, const struct server_event *ev)
{
	switch (ev->type) {
	case SERVER_LINK:
		on_link(a, ev);
		return true;
	case SERVER_QUESTION:
		ask_question(a, ev->u.question);
		return true;
	case SERVER_RTT:
		on_rtt(a, ev);
		return false; /* the clock's next second shows it */
	case SERVER_SILENT:
		a->silent_ms = ev->u.silent_ms;
		return true;
	case SERVER_PANEL:
		on_panel(a, ev->u.panel);
		return false; /* views that show it say so */
	case SERVER_ROOT:
		on_root(a, ev);
		return true;
	case SERVER_LOCK:
		on_lock(a, ev);
		return true;
	default:
		return false;
	}
}

void app_server_events(struct app *a)
{
	struct server_event *ev;

	for (int i = 0; i < EVENTS_A_TURN && a->server && (ev = server_next(a->server)); i++) {
		if (take_in(a, ev))
			app_dirty(a);
		for (int p = 0; p < PLACE_COUNT; p++) {
			struct view *v = a->views[p];

			if (v && v->ops->server_event && v->ops->server_event(v, ev) &&
				(enum place)p == a->place)
				app_dirty(a);
		}
		server_event_free(ev);
	}
}

static void store_failure(struct app *a, const char *text)
{
	a->read_only = true;
	free(a->read_only_why);
	a->read_only_why = xasprintf(
		_("the journal cannot be written (%s): nothing that changes the server is started"),
		text ? text : "?");
	app_say(a, LEVEL_BAD, "%s", a->read_only_why);
}

void app_store_events(struct app *a)
{
	struct store_event *ev;

	while (a->store && (ev = store_next(a->store))) {
		if (ev->type == STORE_FAILED)
			store_failure(a, ev->text);
		for (int p = 0; p < PLACE_COUNT; p++) {
			struct view *v = a->views[p];

			if (v && v->ops->store_event && v->ops->store_event(v, ev))
				app_dirty(a);
		}
		store_event_free(ev);
	}
}
