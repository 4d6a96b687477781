/* checklist_decide: what the operator decides beside running: parameters, skipping, deferring,
 * attesting. */
#include "runbook/checklist_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"

/* A decision about a step is possible when nothing of it is on its way. */
static int entry_free_to_decide(const struct checklist *c, size_t i, struct err *e)
{
	if (c->o.read_only)
		return err_set(e, ERR_REFUSED, "%s", _("this console only watches (read-only)"));
	if (c->entries[i].activity >= ACT_RECORDING)
		return err_set(e, ERR_REFUSED, "%s",
			_("this step is running: wait, or cancel it with Ctrl-C"));
	return 0;
}

int checklist_param(
	struct checklist *c, size_t i, const char *name, const char *value, struct err *err)
{
	struct entry *e = &c->entries[i];
	int r = entry_free_to_decide(c, i, err);

	if (r != 0)
		return r;
	for (size_t k = 0; k < e->step->nparams; k++) {
		if (strcmp(e->step->params[k].name, name) != 0)
			continue;
		r = param_check(&e->step->params[k], value, err);
		if (r != 0)
			return r;
		entry_set_param(c, e, k, value);
		cJSON *fields = record_new(c, e);
		cJSON_AddStringToObject(fields, "name", name);
		cJSON_AddStringToObject(fields, "value", e->params_shown[k]);
		store_record(c->o.store, "param", fields);
		return checklist_prepare(c, i, err);
	}
	return err_set(err, ERR_USAGE, _("%s: no parameter called %s"), e->step->id, name);
}

static void recall_step(struct checklist *c, const struct recalled *it)
{
	for (size_t i = 0; i < c->count; i++) {
		struct entry *e = &c->entries[i];

		if (strcmp(e->step->id, it->subject) != 0)
			continue;
		if (it->kind == RECALLED_PARAM) {
			for (size_t k = 0; k < e->step->nparams; k++)
				if (it->name && strcmp(e->step->params[k].name, it->name) == 0 &&
					e->step->params[k].type != PARAM_SECRET)
					entry_set_param(c, e, k, it->text);
		} else if (e->state != STEP_DONE && e->state != STEP_RUNNING) {
			e->state = it->kind == RECALLED_SKIP    ? STEP_SKIPPED
				   : it->kind == RECALLED_DEFER ? STEP_DEFERRED
								: STEP_TODO;
			if (it->until)
				entry_reasonf(e, _("%s (until %s)"), it->text, it->until);
			else
				entry_reason(e, it->text);
		}
	}
}

static void recall_note(struct checklist *c, const struct recalled *it)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->entries[i].step->id, it->subject) == 0)
			entry_note(&c->entries[i], it->wall_ms, it->text);
}

static void recall_criterion(struct checklist *c, const struct recalled *it)
{
	for (size_t k = 0; k < c->o.phase->ncriteria; k++) {
		struct crit *crit = &c->crits[k];

		if (strcmp(crit->criterion->id, it->subject) != 0 || !it->name)
			continue;
		crit->verdict =
			strcmp(it->name, "attested") == 0 ? VERDICT_ATTESTED : VERDICT_DEFERRED;
		crit->decided = true;
		free(crit->why);
		crit->why = xstrdup(it->text);
	}
}

bool checklist_recall(struct checklist *c)
{
	const struct recalled *items;
	size_t n;

	if (!c->recall || c->recalled || !recall_done(c->recall))
		return false;
	c->recalled = true;
	items = recall_items(c->recall, &n);
	for (size_t k = 0; k < n; k++) {
		if (items[k].kind == RECALLED_CRITERION)
			recall_criterion(c, &items[k]);
		else if (items[k].kind == RECALLED_NOTE)
			recall_note(c, &items[k]);
		else if (items[k].kind <= RECALLED_PARAM)
			recall_step(c, &items[k]);
	}
	checklist_resume(c); /* now the jobs, knowing which ends are recorded */
	return true;
}

static int decide(struct checklist *c, size_t i, enum step_state state, const char *kind,
	const char *reason, const char *until, struct err *err)
{
	struct entry *e = &c->entries[i];
	int r = entry_free_to_decide(c, i, err);

	if (r != 0)
		return r;
	if (!reason || !*reason)
		return err_set(
			err, ERR_USAGE, "%s", _("a reason is needed: it stands in the report"));
	if (e->state == STEP_DONE || e->state == STEP_SATISFIED)
		return err_set(
			err, ERR_REFUSED, "%s", _("this step is done: nothing to skip or defer"));
	e->state = state;
	e->failure = FAILURE_NONE;
	e->activity = ACT_IDLE;
	e->probe = 0;
	if (until && *until)
		entry_reasonf(e, _("%s (until %s)"), reason, until);
	else
		entry_reason(e, reason);
	record_decision(c, i, kind, reason, until);
	checklist_judge(c);
	return 0;
}

int checklist_skip(struct checklist *c, size_t i, const char *reason, struct err *e)
{
	return decide(c, i, STEP_SKIPPED, "skip", reason, NULL, e);
}

int checklist_defer(
	struct checklist *c, size_t i, const char *reason, const char *until, struct err *e)
{
	if (!c->entries[i].step->deferrable)
		return err_set(e, ERR_REFUSED, _("%s cannot be deferred; skip it with a reason"),
			words_get(&c->entries[i].step->title));
	return decide(c, i, STEP_DEFERRED, "defer", reason, until, e);
}

int checklist_reset(struct checklist *c, size_t i, struct err *e)
{
	int r = entry_free_to_decide(c, i, e);

	if (r != 0)
		return r;
	c->entries[i].state = STEP_TODO;
	c->entries[i].failure = FAILURE_NONE;
	c->entries[i].activity = ACT_IDLE;
	entry_reason(&c->entries[i], NULL);
	entry_clear_plan(&c->entries[i]);
	record_step(c, i);
	checklist_judge(c);
	return 0;
}

static int decide_criterion(struct checklist *c, size_t k, enum verdict verdict, const char *reason,
	const char *until, struct err *e)
{
	struct crit *crit = &c->crits[k];

	if (c->o.read_only)
		return err_set(e, ERR_REFUSED, "%s", _("this console only watches (read-only)"));
	if (!reason || !*reason)
		return err_set(
			e, ERR_USAGE, "%s", _("a reason is needed: it stands in the report"));
	crit->verdict = verdict;
	crit->decided = true;
	free(crit->why);
	if (until && *until) {
		char *line = xasprintf(_("%s (until %s)"), reason, until);
		crit->why = text_dup(line);
		free(line);
	} else {
		crit->why = text_dup(reason);
	}
	record_criterion(c, k, until);
	return 0;
}

int checklist_attest(struct checklist *c, size_t k, const char *reason, struct err *e)
{
	if (c->crits[k].criterion->test)
		return err_set(e, ERR_REFUSED, "%s",
			_("this criterion is measured: it cannot be attested"));
	return decide_criterion(c, k, VERDICT_ATTESTED, reason, NULL, e);
}

int checklist_defer_criterion(
	struct checklist *c, size_t k, const char *reason, const char *until, struct err *e)
{
	return decide_criterion(c, k, VERDICT_DEFERRED, reason, until, e);
}
