/* linear_step: one step: prepared, confirmed, followed, undone, skipped, deferred. */
#include "tui/linear_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/units.h"
#include "tui/step_words.h"

#define FIRST_TIME_MS 10000 /* how long a step runs before its time is told, */
#define TIMES_MS 60000      /* and how often afterwards */

/* --- preparing -------------------------------------------------------------------------------- */

static bool preparing(struct linear *l, size_t i)
{
	struct step_view v;

	checklist_step(l->checklist, i, &v);
	return v.activity == ACT_PREFLIGHT || v.activity == ACT_CHECK || v.activity == ACT_PLAN ||
	       activity_looks(v.activity);
}

/* Until the server has answered; what it is asked is told as it goes. */
static void wait_prepared(struct linear *l, size_t i)
{
	enum step_activity said = ACT_IDLE;
	struct step_view v;

	while (!linear_over(l) && !l->interrupted && preparing(l, i)) {
		checklist_step(l->checklist, i, &v);
		if (v.activity != said && activity_words(v.activity))
			linear_say(l, "%s", activity_words(v.activity));
		said = v.activity;
		linear_turn(l, 0, -1);
		if (l->question)
			linear_answer_link(l);
	}
	if (l->interrupted)
		linear_say(l, "%s", _("It is no longer waited for; the server changes nothing."));
	l->interrupted = false;
}

static void prepare(struct linear *l, size_t i)
{
	struct err e;

	if (checklist_prepare(l->checklist, i, &e) != 0) {
		linear_say(l, "%s", e.text);
		return;
	}
	wait_prepared(l, i);
	linear_plan(l, i);
}

/* --- while it runs ----------------------------------------------------------------------------- */

static void say_time(struct linear *l, size_t i)
{
	struct step_view v;
	char took[UNITS_SIZE], silent[UNITS_SIZE];

	checklist_step(l->checklist, i, &v);
	if (v.activity != ACT_RUNNING && v.activity != ACT_UNDOING) {
		if (activity_words(v.activity))
			linear_say(l, "%s", activity_words(v.activity));
		return;
	}
	units_duration((double)(clock_ms() - v.started_ms) / 1000, took);
	units_duration((double)(clock_ms() - v.last_output_ms) / 1000, silent);
	linear_say(l,
		v.activity == ACT_UNDOING ? _("putting it back for %s, last output %s ago")
					  : _("running for %s, last output %s ago"),
		took, silent);
	linear_unfinished(l);
	if (v.volatile_place)
		linear_say(l, "%s",
			_("/var/lib is nearly full: its folder is in /run, and a reboot forgets it"));
}

enum { KEEP_RUNNING, CANCEL_IT, LEAVE_IT };

/* Ctrl-C, or the end of a terminal's input, while a step runs. */
static void ask_interrupt(struct linear *l, size_t i)
{
	struct step_view v;
	struct menu m = {0};
	struct err e;
	int id;

	checklist_step(l->checklist, i, &v);
	if (activity_looks(v.activity)) { /* changes nothing: nothing to be asked */
		linear_complain(l, checklist_cancel(l->checklist, i, &e), &e);
		return;
	}
	linear_say(l, "%s", words_get(&v.step->title));
	say_time(l, i);
	menu_add(&m, KEEP_RUNNING, "keep", CMD_NONE, "%s", _("Keep it running"));
	menu_add(&m, CANCEL_IT, NULL, CMD_CANCEL, "%s",
		_("Cancel it on the server (what it has done stands until it is undone)"));
	menu_add(&m, LEAVE_IT, "leave", CMD_QUIT, "%s",
		_("Leave this console; the step goes on and is found again"));
	id = menu_choose(l, &m, _("This step is running on the server."));
	if (id == KEEP_RUNNING)
		linear_say(l, "%s", _("It keeps running."));
	if (id == CANCEL_IT && checklist_running(l->checklist) == (int)i)
		linear_complain(l, checklist_cancel(l->checklist, i, &e), &e);
	if (id == LEAVE_IT)
		l->left = true;
}

/* A terminal's Enter asks how it goes; its end asks what is to become of it. A pipe's bytes wait for questions. */
static void take_input(struct linear *l, size_t i)
{
	char *line = NULL;

	if (!linear_read(l)) {
		ask_interrupt(l, i);
		return;
	}
	while ((line = linear_taken(l))) {
		free(line);
		say_time(l, i);
	}
}

static void say_activity(struct linear *l, size_t i, enum step_activity *said)
{
	struct step_view v;

	checklist_step(l->checklist, i, &v);
	if (v.activity == *said)
		return;
	*said = v.activity;
	if (v.activity == ACT_RUNNING)
		linear_say(l, "%s", l->tty ? _("It runs. Enter tells how long; Ctrl-C asks what is to "
					       "become of it.")
					   : _("It runs."));
	else if (v.activity == ACT_UNDOING)
		linear_say(l, "%s", _("It is put back."));
	else if (activity_words(v.activity))
		linear_say(l, "%s", activity_words(v.activity));
}

void linear_follow(struct linear *l, size_t i)
{
	enum step_activity said = ACT_IDLE;
	int64_t tell_ms = clock_ms() + FIRST_TIME_MS;

	while (!linear_over(l) && checklist_running(l->checklist) == (int)i) {
		say_activity(l, i, &said);
		if (linear_turn(l, l->tty ? TURN_INPUT : 0, -1))
			take_input(l, i);
		if (l->question)
			linear_answer_link(l);
		if (l->interrupted) {
			l->interrupted = false;
			ask_interrupt(l, i);
		}
		if (clock_ms() >= tell_ms) {
			say_time(l, i);
			tell_ms = clock_ms() + TIMES_MS;
		}
	}
	if (checklist_running(l->checklist) < 0)
		linear_result(l, i);
	else
		linear_say(l, "%s", _("The step goes on on the server, and is found again at the next start."));
}

/* --- the answer that counts --------------------------------------------------------------------- */

/* What must be typed, as on the screen. Owned; NULL: not confirmed. */
static char *ask_confirm(struct linear *l, size_t i, const char *what)
{
	char *word, *answer = NULL;
	enum confirm kind = checklist_confirm_kind(l->checklist, i, &word);
	bool yes = false;

	if (kind == CONFIRM_NONE || (kind == CONFIRM_TYPE && !*word)) {
		answer = kind == CONFIRM_NONE ? xstrdup("") : NULL;
		yes = answer != NULL;
	} else if (kind == CONFIRM_TYPE) {
		answer = linear_ask(l, ASK_FRESH, _("%s: type \"%s\" (default: do not)"), what, word);
		yes = answer && strcmp(answer, word) == 0;
	} else if (kind == CONFIRM_YES) {
		answer = linear_ask(l, ASK_FRESH, _("%s: y or n (default n)"), what);
		yes = answer && strcmp(answer, "y") == 0;
	} else {
		answer = linear_ask(l, ASK_FRESH, _("%s: Enter, or n (default: do it)"), what);
		yes = answer && (*answer == '\0' || strcmp(answer, "y") == 0);
	}
	free(word);
	if (yes)
		return answer;
	free(answer);
	return NULL;
}

static void run(struct linear *l, size_t i)
{
	struct step_view v;
	struct err e;
	int64_t plan_ms;
	char *answer;

	checklist_step(l->checklist, i, &v);
	if (v.activity != ACT_READY) {
		linear_say(l, "%s", _("It has to be prepared first: the server is asked what would change."));
		return;
	}
	if (l->read_only) {
		linear_say(l, "%s", l->read_only_why ? l->read_only_why
						     : _("this console only watches (read-only)"));
		return;
	}
	plan_ms = v.plan_ms;
	answer = ask_confirm(l, i, _("Run it"));
	if (!answer) {
		checklist_decline(l->checklist, i, false);
		linear_say(l, "%s", _("Not confirmed: nothing was done."));
		return;
	}
	if (checklist_confirm(l->checklist, i, plan_ms, answer, &e) != 0)
		linear_say(l, "%s", e.text);
	else
		linear_follow(l, i);
	free(answer);
}

static void undo(struct linear *l, size_t i)
{
	struct step_view v;
	struct err e;
	char *answer;

	checklist_step(l->checklist, i, &v);
	linear_say(l, _("%s: %s"), _("Undo"), words_get(&v.step->undo));
	answer = ask_confirm(l, i, _("Undo it"));
	if (!answer) {
		checklist_decline(l->checklist, i, true);
		linear_say(l, "%s", _("Not confirmed: nothing was done."));
		return;
	}
	if (checklist_undo(l->checklist, i, answer, &e) != 0)
		linear_say(l, "%s", e.text);
	else
		linear_follow(l, i);
	free(answer);
}

static void skip(struct linear *l, size_t i, bool defer)
{
	char *until, *reason = linear_ask_why(l, defer, &until);
	struct err e;

	if (reason && defer)
		linear_complain(l, checklist_defer(l->checklist, i, reason, until, &e), &e);
	else if (reason)
		linear_complain(l, checklist_skip(l->checklist, i, reason, &e), &e);
	free(reason);
	free(until);
}

void linear_note(struct linear *l, int i)
{
	char *text = linear_ask(l, 0, "%s", _("The note, for the journal and the report (default: none)"));
	struct err e;

	if (text && *text) {
		if (checklist_note(l->checklist, i, text, &e) != 0)
			linear_say(l, "%s", e.text);
		else
			linear_say(l, "%s", _("It is written down."));
	}
	free(text);
}

/* --- its menu ----------------------------------------------------------------------------------- */

enum { STEP_FOLLOW = CMD_COUNT + 1, STEP_OUTPUT, STEP_CARD };

static bool settled(enum step_state s)
{
	return s == STEP_DONE || s == STEP_SATISFIED || s == STEP_SKIPPED || s == STEP_DEFERRED;
}

static bool lacks_root(const struct linear *l, const struct step_view *v)
{
	return v->step->root && l->root != ROOT_UP && !l->read_only && !settled(v->state);
}

/* What can be decided about a step of which nothing is on its way. */
static void add_decisions(const struct linear *l, struct menu *m, const struct step_view *v)
{
	if (v->activity == ACT_READY) {
		menu_add(m, CMD_RUN, NULL, CMD_RUN, "%s", _("Run it"));
		menu_default(m);
	}
	menu_add(m, CMD_PLAN, NULL, CMD_PLAN, "%s", _("Prepare it: ask the server what would change"));
	if (v->activity != ACT_READY && !settled(v->state))
		menu_default(m);
	if (lacks_root(l, v)) {
		menu_add(m, CMD_ROOT, NULL, CMD_ROOT, "%s", _("Open the root shell (sudo)"));
		menu_default(m);
	}
	if (v->step->nparams > 0)
		menu_add(m, CMD_PARAMS, NULL, CMD_PARAMS, "%s", _("Change its parameters"));
	if (v->can_undo)
		menu_add(m, CMD_UNDO, NULL, CMD_UNDO, "%s", _("Undo it"));
	if (!settled(v->state)) {
		menu_add(m, CMD_SKIP, NULL, CMD_SKIP, "%s", _("Skip it, with a reason"));
		if (v->step->deferrable)
			menu_add(m, CMD_DEFER, NULL, CMD_DEFER, "%s", _("Defer it, with a reason"));
	}
	if (v->state != STEP_TODO && v->state != STEP_SATISFIED)
		menu_add(m, CMD_RESET, NULL, CMD_RESET, "%s", _("Make it \"to do\" again"));
}

static int step_menu(struct linear *l, size_t i)
{
	struct step_view v;
	struct menu m = {0};
	bool running = checklist_running(l->checklist) == (int)i;

	checklist_step(l->checklist, i, &v);
	if (running)
		menu_add(&m, STEP_FOLLOW, "follow", CMD_NONE, "%s", _("Follow it"));
	else
		add_decisions(l, &m, &v);
	if (*checklist_output(l->checklist, i))
		menu_add(&m, STEP_OUTPUT, "output", CMD_NONE, "%s", _("What it printed"));
	menu_add(&m, CMD_NOTE, NULL, CMD_NOTE, "%s", _("Write a note"));
	menu_add(&m, STEP_CARD, "again", CMD_NONE, "%s", _("Say again what it is"));
	menu_add(&m, CMD_BACK, NULL, CMD_BACK, "%s", _("Back"));
	if (!running && settled(v.state) && v.activity != ACT_READY)
		menu_default(&m);
	return menu_choose(l, &m, words_get(&v.step->title));
}

/* False: back to the checklist. */
static bool step_do(struct linear *l, size_t i, int id)
{
	struct err e;

	switch (id) {
	case STEP_FOLLOW:
		linear_follow(l, i);
		break;
	case STEP_OUTPUT:
		linear_lines(l, checklist_output(l->checklist, i));
		break;
	case STEP_CARD:
		linear_card(l, i);
		linear_plan(l, i);
		break;
	case CMD_RUN:
		run(l, i);
		break;
	case CMD_PLAN:
		prepare(l, i);
		break;
	case CMD_ROOT:
		linear_root(l);
		if (l->root == ROOT_UP && !linear_over(l))
			prepare(l, i);
		break;
	case CMD_PARAMS:
		linear_params(l, i);
		if (preparing(l, i)) { /* a new value asks the server again */
			wait_prepared(l, i);
			linear_plan(l, i);
		}
		break;
	case CMD_UNDO:
		undo(l, i);
		break;
	case CMD_NOTE:
		linear_note(l, (int)i);
		break;
	case CMD_SKIP:
	case CMD_DEFER:
		skip(l, i, id == CMD_DEFER);
		return false;
	case CMD_RESET:
		linear_complain(l, checklist_reset(l->checklist, i, &e), &e);
		break;
	default:
		return false;
	}
	return true;
}

void linear_step(struct linear *l, size_t i)
{
	linear_card(l, i);
	while (!linear_over(l))
		if (!step_do(l, i, step_menu(l, i)))
			return;
}
