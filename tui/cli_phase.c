/* cli_phase: --list-phases, --lint, --phase ID --dry-run. */
#include "tui/cli.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/data.h"
#include "backends/host.h"
#include "backends/server.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mask.h"
#include "runbook/checklist.h"
#include "runbook/lint.h"
#include "runbook/store.h"
#include "tui/connect.h"
#include "tui/options.h"

#define CONNECT_MS 60000
#define TURN_MS 200

int cli_list_phases(const struct options *o)
{
	struct phase_entry *entries = NULL;
	size_t n = 0;
	int status = phase_list(&entries, &n);

	(void)o;
	for (size_t i = 0; i < n; i++) {
		printf("%-24s %s\n", entries[i].id, words_get(&entries[i].title));
		if (entries[i].problem) {
			fprintf(stderr, "twistertui: %s\n", entries[i].problem);
			status = ERR_FAILED;
		}
	}
	if (n == 0)
		fprintf(stderr, "%s", _("twistertui: no phase was found\n"));
	phase_entries_free(entries, n);
	return n == 0 ? 1 : err_exit_status(status);
}

int cli_lint(const struct options *o)
{
	struct buf out;
	int problems = 0, r;

	buf_init(&out, 0);
	r = lint_dir(o->what, &out, &problems);
	fputs(buf_str(&out), stdout);
	buf_clear(&out);
	if (r == 0 && problems == 0)
		printf(_("%s: nothing is wrong\n"), o->what);
	return r ? err_exit_status(r) : problems > 0;
}

/* --- dry run ---------------------------------------------------------------------------------- */

struct dry_run {
	const struct options *o;
	struct host *host;
	struct connection c;
	struct store *store;
	struct mask *mask;
	struct checklist *checklist;
	struct panel *panels[PANEL_COUNT];
	bool up, root_settled;
	struct err problem;
};

static const struct fact *find_fact(void *ctx, const char *name, double *age_s)
{
	struct dry_run *d = ctx;

	for (int i = 0; i < PANEL_COUNT; i++) {
		const struct fact *f = d->panels[i] ? panel_find_fact(d->panels[i], name) : NULL;

		if (f) {
			if (age_s)
				*age_s = (double)(clock_ms() - d->panels[i]->taken_ms) / 1000;
			return f;
		}
	}
	return NULL;
}

static void take(struct dry_run *d, const struct server_event *ev)
{
	if (ev->type == SERVER_PANEL) {
		panel_unref(d->panels[ev->u.panel->id]);
		d->panels[ev->u.panel->id] = panel_ref(ev->u.panel);
	} else if (ev->type == SERVER_QUESTION) {
		server_answer(d->c.server, ev->u.question->id, NULL);
	} else if (ev->type == SERVER_ROOT) {
		d->root_settled =
			ev->u.root.state != ROOT_OPENING && ev->u.root.state != ROOT_PASSWORD;
	} else if (ev->type == SERVER_LINK) {
		d->up = ev->u.link.state == LINK_UP;
		if (ev->u.link.state == LINK_LOST || ev->u.link.state == LINK_STOPPED)
			err_set(&d->problem, ev->u.link.code ? ev->u.link.code : ERR_LINK, "%s",
				ev->u.link.text ? ev->u.link.text
						: link_state_word(ev->u.link.state));
	}
	checklist_server_event(d->checklist, ev);
}

static void turn(struct dry_run *d)
{
	struct pollfd fds[] = {
		{server_fd(d->c.server), POLLIN, 0}, {store_fd(d->store), POLLIN, 0}};
	struct server_event *ev;
	struct store_event *sv;

	poll(fds, 2, TURN_MS);
	while ((ev = server_next(d->c.server))) {
		take(d, ev);
		server_event_free(ev);
	}
	while ((sv = store_next(d->store))) {
		checklist_store_event(d->checklist, sv);
		store_event_free(sv);
	}
	checklist_tick(d->checklist, clock_ms());
}

static bool preparing(const struct step_view *v)
{
	return v->activity == ACT_PREFLIGHT || v->activity == ACT_CHECK || v->activity == ACT_PLAN;
}

/* True when the step could run, or need not. */
static bool show_step(struct dry_run *d, size_t i)
{
	struct step_view v;
	struct err e;

	checklist_step(d->checklist, i, &v);
	printf(_("== %s: %s\n"), v.step->id, words_get(&v.step->title));
	if (checklist_prepare(d->checklist, i, &e) != 0) {
		printf("%s\n\n", e.text);
		return false;
	}
	do {
		turn(d);
		checklist_step(d->checklist, i, &v);
	} while (preparing(&v) && d->problem.code == 0);
	printf("%s%s%s\n", step_state_word(v.state, v.failure), *v.reason ? _(": ") : "", v.reason);
	for (size_t k = 0; k < v.nsays; k++)
		printf("  %s\n", v.says[k]);
	if (v.state == STEP_BLOCKED && v.preflight_output && *v.preflight_output)
		printf("%s", v.preflight_output);
	if (v.plan && *v.plan)
		printf("%s%s", v.plan, v.plan[strlen(v.plan) - 1] == '\n' ? "" : "\n");
	printf("\n");
	fflush(stdout);
	return v.state == STEP_SATISFIED || v.activity == ACT_READY;
}

static int dry_run_open(struct dry_run *d, struct err *e)
{
	struct checklist_options co = {.read_only = true, .facts = find_fact, .facts_ctx = d};
	char session[SESSION_ID_SIZE], *dir = data_state_dir();
	int r = connect_host(d->o, &d->host, e);

	session_id_new(session);
	d->mask = mask_new();
	if (r == 0)
		r = phase_find(d->o->phase, &co.phase, e);
	if (r == 0)
		r = store_open(dir, d->host->name, session, d->mask, &d->store, e);
	if (r == 0)
		r = connect_open(d->o, d->host, session, false, &d->c, e);
	if (r == 0)
		r = connect_password(d->o, d->c.server, d->mask, e);
	if (r == 0) {
		co.server = d->c.server;
		co.store = d->store;
		co.mask = d->mask;
		co.host = d->host;
		d->checklist = checklist_new(&co);
	} else if (co.phase) {
		phase_free(co.phase);
	}
	free(dir);
	return r;
}

static int dry_run_all(struct dry_run *d, struct err *e)
{
	int64_t deadline = clock_ms() + CONNECT_MS;
	bool fine = true;

	server_start(d->c.server);
	while (!d->up && d->problem.code == 0 && clock_ms() < deadline)
		turn(d);
	/* As root when sudo asks nothing or its password was given; nobody is asked for one here.
	 * */
	if (d->up)
		server_root_open(d->c.server);
	while (d->up && !d->root_settled && d->problem.code == 0 && clock_ms() < deadline)
		turn(d);
	for (size_t i = 0; d->up && i < checklist_count(d->checklist) && d->problem.code == 0; i++)
		fine = show_step(d, i) && fine;
	if (d->problem.code == 0 && !d->up)
		return err_set(e, ERR_LINK, _("the server did not answer in time"));
	*e = d->problem;
	return d->problem.code ? d->problem.code : fine ? 0 : ERR_FAILED;
}

int cli_dry_run(const struct options *o)
{
	struct dry_run d = {.o = o};
	struct err e = {.code = 0};
	int r = dry_run_open(&d, &e);

	if (r == 0)
		r = dry_run_all(&d, &e);
	if (r != 0 && e.text[0])
		fprintf(stderr, "twistertui: %s\n", e.text);
	if (d.checklist)
		checklist_free(d.checklist);
	connect_close(&d.c);
	if (d.store)
		store_close(d.store, "quit");
	for (int i = 0; i < PANEL_COUNT; i++)
		panel_unref(d.panels[i]);
	mask_free(d.mask);
	host_free(d.host);
	return err_exit_status(r);
}
