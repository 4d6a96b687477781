/* view_phases_card: the card of a step or criterion as paragraphs. */
#include "tui/view_phases.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/units.h"
#include "tui/app.h"
#include "tui/step_words.h"

void card_clear(struct phases *p)
{
	for (size_t i = 0; i < p->ncard; i++)
		free(p->card[i].text);
	FREE(p->card);
	p->ncard = 0;
}

static void line_take(struct phases *p, enum role role, char *text, bool diff)
{
	p->card = xrealloc(p->card, p->ncard + 1, sizeof(*p->card));
	p->card[p->ncard++] = (struct card_line){.role = role, .text = text, .diff = diff};
}

static void line(struct phases *p, enum role role, const char *text)
{
	line_take(p, role, xstrdup(text), false);
}

static void linef(struct phases *p, enum role role, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static void linef(struct phases *p, enum role role, const char *fmt, ...)
{
	char text[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	line(p, role, text);
}

static void heading(struct phases *p, const char *text)
{
	line(p, ROLE_TEXT, "");
	line(p, ROLE_HEADER, text);
}

static enum role state_role(const struct step_view *v)
{
	switch (v->state) {
	case STEP_DONE:
	case STEP_SATISFIED:
		return ROLE_OK;
	case STEP_RUNNING:
		return ROLE_RUNNING;
	case STEP_FAILED:
		return ROLE_BAD;
	case STEP_BLOCKED:
	case STEP_INTERRUPTED:
		return ROLE_WARN;
	default:
		return ROLE_DIM;
	}
}

static void card_progress(struct phases *p, const struct step_view *v)
{
	int64_t now = clock_ms();
	char took[UNITS_SIZE], silent[UNITS_SIZE];
	const char *words = activity_words(v->activity);

	if (words)
		line(p, ROLE_RUNNING, words);
	if (activity_looks(v->activity)) {
		units_duration((double)(now - v->asked_ms) / 1000, took);
		units_duration(v->limit_s, silent);
		linef(p, ROLE_DIM, _("for %s, %s at most; Ctrl-C ends it"), took, silent);
	}
	if (v->activity != ACT_RUNNING && v->activity != ACT_UNDOING)
		return;
	units_duration((double)(now - v->started_ms) / 1000, took);
	units_duration((double)(now - v->last_output_ms) / 1000, silent);
	linef(p, ROLE_RUNNING,
		v->activity == ACT_UNDOING ? _("putting it back for %s, last output %s ago")
					   : _("running for %s, last output %s ago"),
		took, silent);
	if (v->volatile_place)
		line(p, ROLE_WARN,
			_("/var/lib is nearly full: its folder is in /run, and a reboot forgets "
			  "it"));
}

static void card_params(struct phases *p, const struct step_view *v)
{
	if (v->step->nparams == 0)
		return;
	heading(p, _("Parameters"));
	for (size_t k = 0; k < v->step->nparams; k++)
		line_take(p, ROLE_TEXT, param_words(v, k), false);
}

static void card_says(struct phases *p, const struct step_view *v)
{
	for (size_t k = 0; k < v->nsays; k++) {
		line(p, ROLE_TEXT, v->says[k]);
		p->card[p->ncard - 1].item = v->nsays > 1; /* where the next begins */
	}
}

static void card_plan(struct phases *p, const struct step_view *v)
{
	if (v->nsays > 0 &&
		!(v->status && v->status->state == JOB_DONE && v->activity == ACT_IDLE)) {
		heading(p, _("The step says"));
		card_says(p, v);
	}
	if (v->plan) {
		heading(p, _("What would change"));
		line_take(
			p, ROLE_TEXT, xstrdup(*v->plan ? v->plan : _("(the plan is empty)")), true);
	} else if (v->state == STEP_BLOCKED && v->preflight_output && *v->preflight_output) {
		heading(p, _("What preflight printed"));
		line_take(p, ROLE_DIM, xstrdup(v->preflight_output), false);
	}
}

static void card_undo(struct phases *p, const struct step_view *v)
{
	heading(p, _("Undo"));
	if (v->step->undoable)
		line(p, ROLE_TEXT, words_get(&v->step->undo));
	else
		linef(p, ROLE_WARN, _("It cannot be undone: %s"), words_get(&v->step->undo_why));
	if (v->step->undoable && v->step->undo_on_failure)
		line(p, ROLE_DIM, _("When it fails it is undone by itself, on the server."));
}

static void card_refusals(struct phases *p, const struct step_view *v)
{
	if (v->step->nrefusals > 0)
		heading(p, _("Not offered, and why"));
	for (size_t k = 0; k < v->step->nrefusals; k++) {
		if (k > 0)
			line(p, ROLE_TEXT, "");
		line(p, ROLE_STRONG, v->step->refusals[k].command);
		line(p, ROLE_TEXT, words_get(&v->step->refusals[k].why));
	}
}

static void card_history(struct phases *p, const struct step_view *v)
{
	static const char *const parts[PART_COUNT] = {
		N_("plan"), N_("apply"), N_("verify"), N_("undo")};
	char took[UNITS_SIZE];

	if (!v->status || v->status->state != JOB_DONE || v->activity == ACT_READY)
		return;
	units_duration(v->status->ended - v->status->started, took); /* another console's, too */
	heading(p, _("Last run"));
	linef(p, ROLE_TEXT, _("%s, took %s"), v->job, took);
	for (int k = 0; k < PART_COUNT; k++)
		if (v->status->part_status[k] >= 0)
			linef(p, v->status->part_status[k] == 0 ? ROLE_OK : ROLE_BAD, _("%s: %s (%d)"),
				_(parts[k]), v->status->part_status[k] == 0 ? _("yes") : _("no"),
				v->status->part_status[k]);
	if (v->activity == ACT_IDLE)
		card_says(p, v);
}

static void card_notes(struct phases *p, const struct step_view *v)
{
	if (v->nnotes == 0)
		return;
	heading(p, _("Notes"));
	for (size_t k = 0; k < v->nnotes; k++) {
		time_t at = (time_t)(v->notes[k].wall_ms / 1000);
		char when[32] = "?";
		struct tm tm;

		if (v->notes[k].wall_ms >= 0 && localtime_r(&at, &tm))
			strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &tm);
		line_take(p, ROLE_TEXT, xasprintf("%s  %s", when, v->notes[k].text), false);
	}
}

static void card_step(struct phases *p, size_t i)
{
	bool ascii = p->view.app->screen && screen_ascii(p->view.app->screen);
	struct step_view v;

	checklist_step(p->checklist, i, &v);
	line(p, ROLE_STRONG, words_get(&v.step->title));
	linef(p, state_role(&v), "%s %s", step_state_sign(v.state, ascii),
		step_state_word(v.state, v.failure));
	if (*v.reason)
		line(p, state_role(&v) == ROLE_DIM ? ROLE_TEXT : state_role(&v), v.reason);
	card_progress(p, &v);
	card_history(p, &v);
	if (v.activity == ACT_READY) {
		line(p, ROLE_ACCENT, _("Ready: read what would change, then Enter."));
		card_plan(p, &v);
		card_params(p, &v);
		card_notes(p, &v);
		heading(p, _("Why"));
	} else {
		card_notes(p, &v);
		line(p, ROLE_TEXT, "");
	}
	line(p, ROLE_TEXT, words_get(&v.step->why));
	line(p, ROLE_TEXT, "");
	linef(p, v.step->risk >= RISK_HIGH ? ROLE_WARN : ROLE_DIM, _("Risk: %s · about %d min"),
		risk_word(v.step->risk), v.step->minutes);
	if (v.activity != ACT_READY) {
		card_params(p, &v);
		card_plan(p, &v);
	}
	card_undo(p, &v);
	card_refusals(p, &v);
}

static void card_criterion(struct phases *p, size_t i)
{
	struct criterion_view v;
	enum role role = ROLE_UNKNOWN;

	checklist_criterion(p->checklist, i, &v);
	if (v.verdict == VERDICT_MET || v.verdict == VERDICT_ATTESTED)
		role = ROLE_OK;
	if (v.verdict == VERDICT_NOT_MET)
		role = ROLE_BAD;
	line(p, ROLE_STRONG, words_get(&v.criterion->title));
	line(p, role, verdict_word(v.verdict));
	if (*v.why)
		line(p, ROLE_TEXT, v.why);
	line(p, ROLE_TEXT, "");
	if (v.criterion->test)
		linef(p, ROLE_DIM, _("Measured: %s"), v.criterion->test);
	else
		linef(p, ROLE_TEXT, _("To be attested by you, with a reason: %s"),
			words_get(&v.criterion->attest));
}

void card_make(struct phases *p)
{
	size_t i;

	card_clear(p);
	if (!p->checklist || p->rows.count == 0)
		return;
	if (phases_at_step(p, &i))
		card_step(p, i);
	else
		card_criterion(p, i);
}
