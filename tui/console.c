#include "tui/console.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "backends/data.h"
#include "backends/host.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mask.h"
#include "base/trace.h"
#include "runbook/log.h"
#include "runbook/store.h"
#include "tui/app_private.h"
#include "tui/connect.h"
#include "tui/curses.h"
#include "tui/dialog.h"
#include "tui/record.h"
#include "tui/start.h"
#include "tui/term.h"
#include "tui/view.h"

/* --- what only curses can do for the application ---------------------------------------------- */

void app_theme(struct app *a, struct theme *t)
{
	screen_theme(a->screen, t);
	clearok(curscr, TRUE);
}

void app_redraw(struct app *a)
{
	clearok(curscr, TRUE);
	app_dirty(a);
}

void app_resize(struct app *a)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) != 0 || ws.ws_row == 0 || ws.ws_col == 0)
		return;
	dialog_resized(a);
	if (ws.ws_row != LINES || ws.ws_col != COLS)
		resizeterm(ws.ws_row, ws.ws_col);
	clearok(curscr, TRUE);
}

void app_suspend(struct app *a)
{
	term_suspend();
	if (a->loop->mouse_off)
		term_mouse(false);
	a->loop->resized = true;
	app_dirty(a);
}

/* --- beginning and end ------------------------------------------------------------------------ */

static bool colours_wanted(void)
{
	const char *no = getenv("NO_COLOR");

	return !no || !*no;
}

static int screen_open(struct app *a, struct err *e)
{
	struct theme *theme;
	int r = theme_load(
		a->options->theme ? a->options->theme : "default", a->datadir, &theme, e);

	if (r != 0)
		return r;
	a->loop = loop_new();
	a->loop->signals = term_signals();
	r = term_enter(e);
	if (r != 0) {
		theme_free(theme);
		return r;
	}
	a->screen = screen_new(theme, a->options->ascii, colours_wanted());
	a->dialogs = dialogs_new();
	return 0;
}

/* No view yet: the loop runs for the dialogs alone, until a host is known. */
static void find_host(struct app *a)
{
	if (!a->host) {
		start_choose(a);
		loop_run(a);
	}
	if (a->host && !a->host->known && a->loop->signal == 0) {
		a->loop->quit = false;
		start_describe(a);
		loop_run(a);
		a->described = a->host != NULL;
	}
	a->loop->quit = a->loop->signal != 0;
}

static void no_journal(struct app *a, const struct err *e)
{
	a->read_only = true;
	a->read_only_why = xasprintf(
		_("no journal (%s): nothing that changes the server is started"), e->text);
}

static void records_open(struct app *a, const char *session)
{
	char *dir = data_state_dir();
	struct err e;

	a->mask = mask_new();
	a->log = log_new();
	a->log_console = log_source(a->log, "console");
	if (store_open(dir, a->host->name, session, a->mask, &a->store, &e) != 0) {
		a->store = NULL;
		no_journal(a, &e);
	} else {
		record_console(a->store, a->host, a->read_only);
	}
	free(dir);
}

/* The console proper. 0, or the error that ended it. */
static int serve(struct app *a, struct err *e)
{
	char session[SESSION_ID_SIZE];
	struct connection c;
	int r;

	session_id_new(session);
	records_open(a, session);
	app_views_new(a);
	frame_paint(a); /* something to look at while the link, or the demo's server, is made */
	r = connect_open(a->options, a->host, session, false, &c, e);
	if (r == 0)
		r = connect_password(a->options, c.server, a->mask, e);
	if (r == 0) {
		a->server = c.server;
		server_look(a->server, PANEL_COUNT);
		server_start(a->server);
		if (a->options->phase)
			app_command(a, CMD_PHASE, a->options->phase);
		if (a->read_only_why)
			app_say(a, LEVEL_BAD, "%s", a->read_only_why);
		loop_run(a);
	}
	dialog_close_all(a);
	app_views_free(a);
	a->server = NULL;
	if (r == 0 || c.server)
		connect_close(&c);
	if (a->store)
		store_close(a->store, a->loop->why ? a->loop->why : "quit");
	a->store = NULL;
	return r;
}

static void app_clear(struct app *a)
{
	for (int i = 0; i < PANEL_COUNT; i++)
		panel_unref(a->panels[i]);
	if (a->log)
		log_free(a->log);
	if (a->mask)
		mask_free(a->mask);
	dialogs_free(a->dialogs);
	screen_free(a->screen);
	loop_free(a->loop);
	host_free(a->host);
	free(a->link_text);
	free(a->lock_holder);
	free(a->read_only_why);
	free(a->phase_line);
}

/* A link that never came up is told after the screen is gone, too. */
static int last_words(const struct app *a, int r, const struct err *e)
{
	if (r != 0)
		fprintf(stderr, "twistertui: %s\n", e->text);
	else if (a->link == LINK_STOPPED || (a->link == LINK_LOST && !a->was_up)) {
		fprintf(stderr, "twistertui: %s\n",
			a->link_text ? a->link_text : link_state_word(a->link));
		r = a->link_code ? a->link_code : ERR_LINK;
	}
	return err_exit_status(r);
}

int console_run(const struct options *o)
{
	struct app a = {
		.options = o,
		.datadir = data_dir(NULL),
		.rtt_ms = NAN,
		.clock_offset_ms = NAN,
		.read_only = o->read_only,
	};
	struct err e;
	int r = 0, status, number;

	if (o->host || o->demo)
		r = connect_host(o, &a.host, &e);
	if (r == 0)
		r = screen_open(&a, &e);
	if (r == 0) {
		find_host(&a);
		if (a.host && !a.loop->quit)
			r = serve(&a, &e);
		dialog_close_all(&a);
		term_leave();
	}
	number = a.loop ? a.loop->signal : 0;
	status = last_words(&a, r, &e);
	app_clear(&a);
	if (number) { /* whoever sent it sees that it worked */
		signal(number, SIG_DFL);
		raise(number);
	}
	return status;
}
