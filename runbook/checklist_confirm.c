/* checklist_confirm: the operator's yes: what must be answered, and when it counts. */
#include "runbook/checklist_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"

enum confirm checklist_confirm_kind(const struct checklist *c, size_t i, char **word)
{
	const struct entry *e = &c->entries[i];
	const char *p = e->step->confirm_word ? e->step->confirm_word : e->step->id;
	struct buf b;

	*word = NULL;
	if (e->step->confirm != CONFIRM_TYPE)
		return e->step->confirm;
	buf_init(&b, 0);
	for (; *p; p++) {
		size_t k = 0, len = 0;

		if (*p == '{') {
			len = strcspn(p + 1, "}");
			while (k < e->step->nparams &&
				(strncmp(e->step->params[k].name, p + 1, len) != 0 ||
					e->step->params[k].name[len] != '\0'))
				k++;
		}
		if (*p == '{' && p[1 + len] == '}' && k < e->step->nparams) {
			buf_adds(&b, e->params_shown[k]);
			p += len + 1;
		} else {
			buf_addc(&b, *p);
		}
	}
	*word = buf_take(&b);
	return CONFIRM_TYPE;
}

static int answer_fits(const struct checklist *c, size_t i, const char *answer, struct err *err)
{
	char *word;
	enum confirm kind = checklist_confirm_kind(c, i, &word);
	int r = 0;

	if (kind == CONFIRM_YES && (!answer || strcmp(answer, "y") != 0))
		r = err_set(err, ERR_REFUSED, "%s", _("not confirmed: only y says yes"));
	if (kind == CONFIRM_TYPE && (!answer || strcmp(answer, word) != 0))
		r = err_set(err, ERR_REFUSED, _("not confirmed: the word to type is %s"), word);
	free(word);
	return r;
}

static int may_start(const struct checklist *c, size_t i, struct err *err)
{
	const struct entry *e = &c->entries[i];

	if (c->o.read_only)
		return err_set(err, ERR_REFUSED, "%s", _("this console only watches (read-only)"));
	if (!c->link_up)
		return err_set(err, ERR_LINK, "%s",
			_("the link is down: nothing is started until it is back (r: try now)"));
	if (store_failed(c->o.store))
		return err_set(err, ERR_IO, "%s",
			_("the journal cannot be written: nothing that changes the server starts"));
	if (checklist_running(c) >= 0 || c->stage != STAGE_NONE)
		return err_set(err, ERR_REFUSED, "%s", _("another step is running: one at a time"));
	if (e->step->root && !c->root_up)
		return err_set(err, ERR_REFUSED, "%s",
			_("needs root on the server: press S to open the root shell"));
	return 0;
}

static void record_answer(struct checklist *c, size_t i, const char *answer, const char *what)
{
	cJSON *fields = record_new(c, &c->entries[i]);

	cJSON_AddStringToObject(fields, "answer", "yes");
	cJSON_AddStringToObject(fields, "how", answer ? answer : "");
	cJSON_AddStringToObject(fields, "to", what);
	cJSON_AddStringToObject(fields, "plan_digest", c->entries[i].plan_digest);
	store_record(c->o.store, "answered", fields);
}

static void begin(struct checklist *c, size_t i, bool undo)
{
	struct entry *e = &c->entries[i];

	c->active = (int)i;
	c->starting_undo = undo;
	c->stage = STAGE_LOCK;
	e->activity = ACT_RECORDING;
	entry_reason(e, NULL);
	if (c->lock_ours)
		job_lock(c);
	else
		server_lock_take(c->o.server, false);
}

/* What running and undoing ask alike: may it start, is that the answer; then it is written down and begun. */
static int go_ahead(struct checklist *c, size_t i, bool undo, const char *answer, struct err *err)
{
	int r = may_start(c, i, err);

	if (r == 0)
		r = answer_fits(c, i, answer, err);
	if (r != 0)
		return r;
	record_answer(c, i, answer, undo ? "undo" : "run");
	if (!undo)
		values_keep(c, &c->entries[i]);
	begin(c, i, undo);
	return 0;
}

int checklist_confirm(
	struct checklist *c, size_t i, int64_t plan_ms, const char *answer, struct err *err)
{
	struct entry *e = &c->entries[i];

	if (e->activity != ACT_READY || e->plan_ms == 0 || e->plan_ms != plan_ms)
		return err_set(err, ERR_REFUSED, "%s",
			_("the plan changed since it was shown: look at it again"));
	return go_ahead(c, i, false, answer, err);
}

int checklist_undo(struct checklist *c, size_t i, const char *answer, struct err *err)
{
	struct step_view v;

	checklist_step(c, i, &v);
	if (!v.can_undo)
		return err_set(err, ERR_REFUSED, "%s",
			v.step->undoable ? _("there is nothing to undo")
					 : words_get(&v.step->undo_why));
	return go_ahead(c, i, true, answer, err);
}

void checklist_decline(struct checklist *c, size_t i, bool undo)
{
	cJSON *fields = record_new(c, &c->entries[i]);

	cJSON_AddStringToObject(fields, "answer", "no");
	cJSON_AddStringToObject(fields, "to", undo ? "undo" : "run");
	cJSON_AddStringToObject(fields, "plan_digest", undo ? "" : c->entries[i].plan_digest);
	store_record(c->o.store, "answered", fields);
}

int checklist_cancel(struct checklist *c, size_t i, struct err *err)
{
	struct entry *e = &c->entries[i];

	if (activity_looks(e->activity)) {
		prepare_stop(c, i);
		return 0;
	}
	if (c->o.read_only)
		return err_set(err, ERR_REFUSED, "%s", _("this console only watches (read-only)"));
	if (e->activity != ACT_RUNNING && e->activity != ACT_UNDOING && e->activity != ACT_STARTING)
		return err_set(err, ERR_REFUSED, "%s", _("nothing of this step is running"));
	if (!c->link_up)
		return err_set(err, ERR_LINK, "%s",
			_("the link is down: the step goes on, and can be cancelled when it is "
			  "back"));
	record_decision(c, i, "cancel", NULL, NULL);
	server_job_cancel(c->o.server, e->job, e->step->root);
	return 0;
}
