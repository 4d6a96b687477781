/* linear_card: what is known of a step, one fact a line. */
#include "tui/linear_private.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/units.h"
#include "tui/step_words.h"

static void params(struct linear *l, const struct step_view *v)
{
	for (size_t k = 0; k < v->step->nparams; k++) {
		char *words = param_words(v, k);

		linear_say(l, "%s", words);
		free(words);
	}
}

static void undo(struct linear *l, const struct step_view *v)
{
	if (v->step->undoable)
		linear_say(l, _("%s: %s"), _("Undo"), words_get(&v->step->undo));
	else
		linear_say(l, _("It cannot be undone: %s"), words_get(&v->step->undo_why));
	if (v->step->undoable && v->step->undo_on_failure)
		linear_say(l, "%s", _("When it fails it is undone by itself, on the server."));
}

static void state(struct linear *l, const struct step_view *v)
{
	const char *doing = activity_words(v->activity);

	linear_say(l, *v->reason ? _("State: %s, %s") : _("State: %s%s"),
		step_state_word(v->state, v->failure), v->reason);
	if (doing)
		linear_say(l, "%s", doing);
}

void linear_card(struct linear *l, size_t i)
{
	struct step_view v;

	checklist_step(l->checklist, i, &v);
	linear_say(l, _("\nStep %zu of %zu: %s"), i + 1, checklist_count(l->checklist),
		words_get(&v.step->title));
	state(l, &v);
	linear_say(l, _("Why: %s"), words_get(&v.step->why));
	linear_say(l, _("Risk: %s"), risk_word(v.step->risk));
	linear_say(l, _("It usually takes %d min."), v.step->minutes);
	params(l, &v);
	undo(l, &v);
	for (size_t k = 0; k < v.step->nrefusals; k++)
		linear_say(l, _("Not offered: %s: %s"), v.step->refusals[k].command,
			words_get(&v.step->refusals[k].why));
	for (size_t k = 0; k < v.nnotes; k++)
		linear_say(l, _("Note: %s"), v.notes[k].text);
}

void linear_plan(struct linear *l, size_t i)
{
	struct step_view v;

	checklist_step(l->checklist, i, &v);
	linear_say(l, _("\n%s: %s"), words_get(&v.step->title),
		v.activity == ACT_READY ? _("ready to be run") : step_state_word(v.state, v.failure));
	if (*v.reason)
		linear_say(l, "%s", v.reason);
	params(l, &v);
	for (size_t k = 0; k < v.nsays; k++)
		linear_lines(l, v.says[k]);
	if (v.plan) {
		linear_say(l, "%s", _("What would change:"));
		linear_lines(l, *v.plan ? v.plan : _("(the plan is empty)"));
		linear_say(l, "%s", _("End of what would change."));
	} else if (v.state == STEP_BLOCKED && v.preflight_output && *v.preflight_output) {
		linear_say(l, "%s", _("What preflight printed:"));
		linear_lines(l, v.preflight_output);
	}
	if (v.activity == ACT_READY)
		undo(l, &v);
}

void linear_result(struct linear *l, size_t i)
{
	static const char *const parts[PART_COUNT] = {
		N_("plan"), N_("apply"), N_("verify"), N_("undo")};
	struct step_view v;
	char took[UNITS_SIZE];

	checklist_step(l->checklist, i, &v);
	if (*v.reason)
		linear_say(l, "%s", v.reason);
	for (size_t k = 0; k < v.nsays; k++)
		linear_lines(l, v.says[k]);
	if (!v.status || v.status->state != JOB_DONE)
		return;
	linear_say(l, _("%s, took %s"), v.job,
		units_duration(v.status->ended - v.status->started, took));
	for (int k = 0; k < PART_COUNT; k++)
		if (v.status->part_status[k] >= 0)
			linear_say(l, _("%s: %s (%d)"), _(parts[k]),
				v.status->part_status[k] == 0 ? _("yes") : _("no"),
				v.status->part_status[k]);
}
