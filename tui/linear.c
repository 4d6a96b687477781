#include "tui/linear.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/data.h"
#include "backends/host.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mask.h"
#include "runbook/store.h"
#include "tui/linear_private.h"
#include "tui/record.h"

#define RUN_MS 10000

bool linear_wanted(const struct options *o)
{
	const char *accessible = getenv("ACCESSIBLE"), *term = getenv("TERM");

	if (o->linear || (accessible && *accessible && strcmp(accessible, "0") != 0))
		return true;
	return term && strcmp(term, "dumb") == 0 && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* --- beginning -------------------------------------------------------------------------------- */

static void records_open(struct linear *l, const char *session)
{
	char *dir = data_state_dir();
	struct err e;

	l->mask = mask_new();
	if (store_open(dir, l->host->name, session, l->mask, &l->store, &e) != 0) {
		l->store = NULL;
		l->read_only = true;
		l->read_only_why = xasprintf(
			_("no journal (%s): nothing that changes the server is started"), e.text);
		linear_say(l, "%s", l->read_only_why);
	} else {
		record_console(l->store, l->host, l->read_only);
	}
	free(dir);
}

static bool settled(const struct linear *l)
{
	if (l->link == LINK_LOST || l->link == LINK_STOPPED)
		return true;
	return l->link == LINK_UP && (l->runs_known || !l->store);
}

/* Until it is known whether there is a link, and what the server holds of ours. */
static void wait_for_link(struct linear *l)
{
	while (!linear_over(l) && !settled(l)) {
		linear_turn(l, 0, -1);
		if (l->question)
			linear_answer_link(l);
		if (l->interrupted) {
			l->interrupted = false;
			l->left = true;
		}
	}
}

/* The checklist takes its open run up before it is shown, and again with what root can see. */
static void wait_for_run(struct linear *l)
{
	int64_t until = linear_patience(RUN_MS);

	while (l->checklist && !checklist_settled(l->checklist) && l->link == LINK_UP &&
		clock_ms() < until && !linear_over(l) && !l->interrupted)
		linear_turn(l, 0, -1);
	l->interrupted = false;
}

void linear_root(struct linear *l)
{
	if (l->read_only)
		linear_say(l, "%s", l->read_only_why ? l->read_only_why : _("read-only: no sudo here"));
	else if (l->root == ROOT_UP)
		linear_say(l, "%s", _("the root shell is open already"));
	else if (l->link != LINK_UP)
		linear_say(l, "%s", _("the link is down"));
	else {
		server_root_open(l->c.server);
		l->root = ROOT_OPENING;
	}
	while (!linear_over(l) && !l->interrupted &&
		(l->root == ROOT_OPENING || l->root == ROOT_PASSWORD)) {
		linear_turn(l, 0, -1);
		if (l->question)
			linear_answer_link(l);
	}
	wait_for_run(l);
	l->interrupted = false;
}

/* --- the first menu --------------------------------------------------------------------------- */

enum { MAIN_PHASES, MAIN_STATUS, MAIN_ROOT, MAIN_REFRESH, MAIN_REPORTS, MAIN_LEAVE };

static void refresh(struct linear *l)
{
	if (l->link == LINK_UP) {
		server_refresh(l->c.server, PANEL_COUNT);
		linear_say(l, "%s", _("reading everything again"));
		return;
	}
	server_retry(l->c.server);
	linear_say(l, "%s", _("trying the link now"));
	l->link = l->link_said = LINK_IDLE; /* what comes of it is told, even if it is the same */
	wait_for_link(l);
}

void linear_leave(struct linear *l)
{
	int i = l->checklist ? checklist_running(l->checklist) : -1;
	struct step_view v;

	if (i >= 0) {
		checklist_step(l->checklist, (size_t)i, &v);
		linear_say(l, _("%s is running on the server; it goes on, and this console finds it again"),
			words_get(&v.step->title));
	}
	l->left = true;
}

static int main_menu(struct linear *l)
{
	struct menu m = {0};
	bool up = l->link == LINK_UP;
	char *title = xasprintf(_("%s: what next?"), l->host->name);
	int id;

	if (l->checklist)
		menu_add(&m, MAIN_PHASES, "phases", CMD_NONE, _("Phase: %s"),
			words_get(&checklist_phase(l->checklist)->title));
	else
		menu_add(&m, MAIN_PHASES, "phases", CMD_NONE, "%s", _("Phases"));
	menu_add(&m, MAIN_STATUS, "status", CMD_NONE, "%s", _("Status of the server"));
	menu_add(&m, MAIN_ROOT, NULL, CMD_ROOT, "%s", _("Open the root shell (sudo)"));
	menu_add(&m, MAIN_REFRESH, NULL, CMD_REFRESH, "%s",
		up ? _("Read everything again") : _("Try the link now"));
	if (!up)
		menu_default(&m);
	menu_add(&m, MAIN_REPORTS, "report", CMD_NONE, "%s", _("Report"));
	menu_add(&m, MAIN_LEAVE, NULL, CMD_QUIT, "%s", _("Leave"));
	id = menu_choose(l, &m, title);
	free(title);
	return id;
}

static void work(struct linear *l)
{
	bool first = true;

	while (!linear_over(l)) {
		if (first && l->checklist) { /* named on the command line, or found open */
			first = false;
			linear_phase(l);
			continue;
		}
		first = false;
		switch (main_menu(l)) {
		case MAIN_PHASES:
			if (l->checklist)
				linear_phase(l);
			else
				linear_phases(l);
			break;
		case MAIN_STATUS:
			linear_status(l);
			break;
		case MAIN_ROOT:
			linear_root(l);
			break;
		case MAIN_REFRESH:
			refresh(l);
			break;
		case MAIN_REPORTS:
			linear_reports(l);
			break;
		case MAIN_LEAVE:
			linear_leave(l);
			break;
		default:
			if (!linear_over(l))
				linear_say(l, "%s", _("Ctrl-C does not quit; q does"));
			break;
		}
	}
}

/* --- from beginning to end -------------------------------------------------------------------- */

static int serve(struct linear *l, struct err *e)
{
	char session[SESSION_ID_SIZE];
	int r;

	session_id_new(session);
	records_open(l, session);
	linear_say(l, _("twistertui %s, %s. An answer is a number, or a letter that is the screen's key "
			"for it."),
		PACKAGE_VERSION, l->host->name);
	r = connect_open(l->o, l->host, session, false, &l->c, e);
	if (r == 0)
		r = connect_password(l->o, l->c.server, l->mask, e);
	if (r == 0) {
		server_look(l->c.server, PANEL_COUNT);
		server_start(l->c.server);
		wait_for_link(l);
		if (l->was_up && l->described && !linear_over(l))
			linear_offer_to_save(l);
		if (l->o->phase && !linear_over(l))
			linear_open_phase(l, l->o->phase);
		wait_for_run(l);
		work(l);
		if (l->ended) /* a terminal that goes away sends a signal, too */
			linear_turn(l, 0, 0);
	}
	checklist_free(l->checklist);
	connect_close(&l->c);
	if (l->store) {
		char why[32];

		snprintf(why, sizeof why, "signal %d", l->signal);
		store_close(l->store, l->signal ? why : l->ended ? "end of input" : "quit");
	}
	return r;
}

static void linear_clear(struct linear *l)
{
	for (int i = 0; i < PANEL_COUNT; i++)
		panel_unref(l->panels[i]);
	if (l->mask)
		mask_free(l->mask);
	host_free(l->host);
	if (l->question) {
		free(l->question->title);
		free(l->question->text);
		free(l->question);
	}
	free(l->last_run);
	free(l->open_phase);
	free(l->link_text);
	free(l->lock_holder);
	free(l->read_only_why);
}

/* As the screen's; and input that ended before the operator left is said by the status. */
static int last_words(const struct linear *l, int r, const struct err *e)
{
	if (r != 0) {
		fprintf(stderr, "twistertui: %s\n", e->text);
	} else if (l->unanswered) { /* whether the link has said so by now, or not yet */
		r = ERR_FAILED;
	} else if (l->link == LINK_STOPPED || (l->link == LINK_LOST && !l->was_up)) {
		fprintf(stderr, "twistertui: %s\n",
			l->link_text ? l->link_text : link_state_word(l->link));
		r = l->link_code ? l->link_code : ERR_LINK;
	} else if (l->ended) {
		r = ERR_FAILED;
	}
	return err_exit_status(r);
}

int linear_run(const struct options *o)
{
	struct linear l = {
		.o = o, .read_only = o->read_only, .was_running = -1, .clock_offset_ms = NAN};
	struct err e;
	int r = 0, status;

	linear_open(&l);
	if (o->host || o->demo)
		r = connect_host(o, &l.host, &e);
	else
		linear_choose_host(&l);
	if (r == 0 && l.host && !l.host->known)
		linear_describe_host(&l);
	if (r == 0 && l.host && !linear_over(&l))
		r = serve(&l, &e);
	linear_close(&l);
	status = last_words(&l, r, &e);
	linear_clear(&l);
	if (l.signal) { /* whoever sent it sees that it worked */
		signal(l.signal, SIG_DFL);
		raise(l.signal);
	}
	return status;
}
