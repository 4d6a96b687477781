/* linear_phase: which phase, its checklist, its criteria, its end. */
#include "tui/linear_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"

/* What a menu here gives back beside a step's index. */
enum {
	PHASE_CRITERIA = 1000,
	PHASE_MAP,
	PHASE_NOTE,
	PHASE_STATUS,
	PHASE_ROOT,
	PHASE_FINISH,
	PHASE_ABANDON,
	PHASE_LOCK,
	PHASE_REPORT,
	PHASE_OTHER,
	PHASE_BACK
};

bool linear_open_phase(struct linear *l, const char *id)
{
	struct checklist_options o = {
		.server = l->c.server,
		.store = l->store,
		.mask = l->mask,
		.host = l->host,
		.facts = linear_fact,
		.facts_ctx = l,
		.read_only = l->o->read_only, /* another's lock may be ours later */
	};
	struct server_event up = {.type = SERVER_LINK}, root = {.type = SERVER_ROOT};
	struct err e;

	if (!l->store) {
		linear_say(l, "%s", _("no journal can be written here, so no phase can be opened"));
		return false;
	}
	if (phase_find(id, &o.phase, &e) != 0) {
		linear_say(l, "%s", e.text);
		return false;
	}
	checklist_free(l->checklist);
	l->checklist = checklist_new(&o);
	l->was_running = -1;
	/* It knows only what it is told from now on: link and root shell may be up already. */
	up.u.link.state = l->link;
	root.u.root.state = l->root;
	if (l->link == LINK_UP)
		checklist_server_event(l->checklist, &up);
	if (l->root == ROOT_UP)
		checklist_server_event(l->checklist, &root);
	return true;
}

void linear_phases(struct linear *l)
{
	struct phase_entry *entries = NULL;
	struct menu m = {0};
	size_t n = 0;
	int id;

	phase_list(&entries, &n);
	for (size_t i = 0; i < n; i++)
		menu_add(&m, (int)i, entries[i].id, CMD_NONE, _("%s: %s"), entries[i].id,
			entries[i].problem ? entries[i].problem : words_get(&entries[i].title));
	menu_add(&m, PHASE_BACK, NULL, CMD_BACK, "%s", _("Back"));
	id = menu_choose(l, &m, _("Which phase?"));
	if (id >= 0 && (size_t)id < n && entries[id].problem)
		linear_say(l, "%s", entries[id].problem);
	else if (id >= 0 && (size_t)id < n && linear_open_phase(l, entries[id].id))
		linear_phase(l);
	phase_entries_free(entries, n);
}

/* --- criteria --------------------------------------------------------------------------------- */

static void say_criterion(struct linear *l, size_t k)
{
	struct criterion_view v;

	checklist_criterion(l->checklist, k, &v);
	linear_say(l, "%s", words_get(&v.criterion->title));
	linear_say(l, *v.why ? _("%s: %s") : "%s%s", verdict_word(v.verdict), v.why);
	if (v.criterion->test)
		linear_say(l, _("Measured: %s"), v.criterion->test);
	else
		linear_say(l, _("To be attested by you, with a reason: %s"),
			words_get(&v.criterion->attest));
}

static void decide_criterion(struct linear *l, size_t k, bool defer)
{
	char *until, *reason = linear_ask_why(l, defer, &until);
	struct err e;

	if (reason && defer)
		linear_complain(l, checklist_defer_criterion(l->checklist, k, reason, until, &e), &e);
	else if (reason)
		linear_complain(l, checklist_attest(l->checklist, k, reason, &e), &e);
	free(reason);
	free(until);
}

static void one_criterion(struct linear *l, size_t k)
{
	struct criterion_view v;
	struct menu m = {0};
	int id;

	say_criterion(l, k);
	checklist_criterion(l->checklist, k, &v);
	if (!v.criterion->test)
		menu_add(&m, CMD_ATTEST, NULL, CMD_ATTEST, "%s", _("Attest it"));
	menu_add(&m, CMD_DEFER, NULL, CMD_DEFER, "%s", _("Defer it"));
	menu_add(&m, CMD_BACK, NULL, CMD_BACK, "%s", _("Back"));
	menu_default(&m);
	id = menu_choose(l, &m, _("What next?"));
	if (id == CMD_ATTEST || id == CMD_DEFER)
		decide_criterion(l, k, id == CMD_DEFER);
}

void linear_criteria(struct linear *l)
{
	while (!linear_over(l)) {
		size_t n = checklist_ncriteria(l->checklist);
		struct criterion_view v;
		struct menu m = {0};
		int id;

		for (size_t k = 0; k < n; k++) {
			checklist_criterion(l->checklist, k, &v);
			menu_add(&m, (int)k, v.criterion->id, CMD_NONE,
				*v.why ? _("%s: %s, %s") : _("%s: %s%s"), words_get(&v.criterion->title),
				verdict_word(v.verdict), v.why);
		}
		menu_add(&m, PHASE_BACK, NULL, CMD_BACK, "%s", _("Back"));
		menu_default(&m);
		id = menu_choose(l, &m, _("Criteria"));
		if (id < 0 || id == PHASE_BACK)
			return;
		one_criterion(l, (size_t)id);
	}
}

/* --- the run's end, and the lock --------------------------------------------------------------- */

static void close_run(struct linear *l, bool finished)
{
	struct err e;
	char *reason = linear_ask(l, ASK_FRESH, "%s",
		finished ? _("Criteria and figures are recorded as they are now. A remark for the "
			     "report (default: none; a single dot: do not finish)")
			 : _("Why? The reason stands in the report (default: none, back)"));
	bool sure = reason && (finished ? strcmp(reason, ".") != 0 : *reason != '\0');
	int r = 0;

	if (sure) { /* its report is wanted afterwards */
		free(l->last_run);
		l->last_run = checklist_run(l->checklist) ? xstrdup(checklist_run(l->checklist)) : NULL;
		r = checklist_close(l->checklist, finished, reason, &e);
	}
	linear_complain(l, r, &e);
	if (sure && r == 0)
		linear_say(l, "%s", _("The run is closed; its report can be had now."));
	free(reason);
}

static void take_lock(struct linear *l)
{
	char *word;

	linear_say(l, _("Only one console may change the server. The lock is held by: %s"),
		l->lock_holder ? l->lock_holder : _("nobody"));
	linear_say(l, "%s",
		_("That console can start nothing more once you have it. A step that runs goes on."));
	word = linear_ask(l, ASK_FRESH, _("Type \"%s\" to take it over (default: no)"), "lock");
	if (word && strcmp(word, "lock") == 0)
		server_lock_take(l->c.server, true);
	else
		linear_say(l, "%s", _("Not confirmed: nothing was done."));
	free(word);
}

/* --- the checklist ----------------------------------------------------------------------------- */

static size_t steps_settled(const struct linear *l, int *next)
{
	size_t n = checklist_count(l->checklist), settled = 0;
	struct step_view v;

	*next = -1;
	for (size_t i = 0; i < n; i++) {
		checklist_step(l->checklist, i, &v);
		if (v.state == STEP_DONE || v.state == STEP_SATISFIED)
			settled++;
		else if (*next < 0 && v.state != STEP_SKIPPED && v.state != STEP_DEFERRED)
			*next = (int)i;
	}
	return settled;
}

static void add_steps(struct linear *l, struct menu *m, int next)
{
	struct step_view v;

	for (size_t i = 0; i < checklist_count(l->checklist); i++) {
		checklist_step(l->checklist, i, &v);
		menu_add(m, (int)i, v.step->id, CMD_NONE, *v.reason ? _("%s: %s, %s") : _("%s: %s%s"),
			words_get(&v.step->title), step_state_word(v.state, v.failure), v.reason);
		if ((int)i == next)
			menu_default(m);
	}
}

static int checklist_menu(struct linear *l)
{
	int next, running = checklist_running(l->checklist), id;
	size_t settled = steps_settled(l, &next), met = 0, n = checklist_ncriteria(l->checklist);
	const struct phase *phase = checklist_phase(l->checklist);
	struct criterion_view c;
	struct menu m = {0};
	char *title;

	for (size_t k = 0; k < n; k++) {
		checklist_criterion(l->checklist, k, &c);
		met += c.verdict == VERDICT_MET || c.verdict == VERDICT_ATTESTED;
	}
	linear_say(l, "\n%s", words_get(&phase->title));
	linear_say(l, _("Goal: %s"), words_get(&phase->goal));
	linear_say(l, _("Run: %s"),
		checklist_run(l->checklist) ? checklist_run(l->checklist) : _("none is open"));
	if (l->read_only_why)
		linear_say(l, "%s", l->read_only_why);
	add_steps(l, &m, running >= 0 ? running : next);
	menu_add(&m, PHASE_CRITERIA, NULL, CMD_CRITERIA, _("Criteria: %zu of %zu met"), met, n);
	menu_add(&m, PHASE_MAP, NULL, CMD_MAP, "%s", _("Map: what is left, and how long it takes"));
	menu_add(&m, PHASE_NOTE, NULL, CMD_NOTE, "%s", _("Write a note"));
	menu_add(&m, PHASE_STATUS, "status", CMD_NONE, "%s", _("Status of the server"));
	if (l->root != ROOT_UP)
		menu_add(&m, PHASE_ROOT, NULL, CMD_ROOT, "%s", _("Open the root shell (sudo)"));
	if (l->lock_holder)
		menu_add(&m, PHASE_LOCK, NULL, CMD_LOCK, _("Take the lock over from %s"),
			l->lock_holder);
	if (checklist_run(l->checklist)) {
		menu_add(&m, PHASE_FINISH, NULL, CMD_FINISH, "%s", _("Finish this run"));
		if (next < 0 && running < 0)
			menu_default(&m);
		menu_add(&m, PHASE_ABANDON, NULL, CMD_ABANDON, "%s", _("Abandon this run"));
	}
	menu_add(&m, PHASE_REPORT, "report", CMD_NONE, "%s", _("Report"));
	if (next < 0 && !checklist_run(l->checklist))
		menu_default(&m);
	menu_add(&m, PHASE_OTHER, NULL, CMD_PHASE, "%s", _("Another phase"));
	menu_add(&m, PHASE_BACK, NULL, CMD_BACK, "%s", _("Back"));
	title = xasprintf(_("%zu of %zu steps"), settled, checklist_count(l->checklist));
	id = menu_choose(l, &m, title);
	free(title);
	return id;
}

static bool phase_do(struct linear *l, int id)
{
	switch (id) {
	case PHASE_CRITERIA:
		linear_criteria(l);
		break;
	case PHASE_MAP:
		linear_map(l);
		break;
	case PHASE_NOTE:
		linear_note(l, -1);
		break;
	case PHASE_STATUS:
		linear_status(l);
		break;
	case PHASE_ROOT:
		linear_root(l);
		break;
	case PHASE_FINISH:
	case PHASE_ABANDON:
		close_run(l, id == PHASE_FINISH);
		break;
	case PHASE_LOCK:
		take_lock(l);
		break;
	case PHASE_REPORT:
		linear_reports(l);
		break;
	case PHASE_OTHER:
		if (checklist_running(l->checklist) < 0)
			return false;
		linear_say(l, "%s",
			_("a step is running: another phase can be opened when it has ended"));
		break;
	default:
		linear_step(l, (size_t)id);
		break;
	}
	return true;
}

void linear_phase(struct linear *l)
{
	while (!linear_over(l)) {
		int id = checklist_menu(l);

		if (id < 0 || id == PHASE_BACK)
			return;
		if (!phase_do(l, id)) {
			linear_phases(l);
			return;
		}
	}
}
