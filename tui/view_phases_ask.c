/* view_phases_ask: what is asked before anything changes; each answer ends in one checklist call. */
#include "tui/view_phases.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "tui/app.h"
#include "tui/dialog.h"
#include "tui/view_phases_ask.h"

struct ask *ask_new(struct phases *p, size_t index)
{
	struct ask *q = xcalloc(1, sizeof(*q));

	q->p = p;
	q->index = index;
	return q;
}

void ask_end(struct ask *q, int result, const struct err *err)
{
	struct phases *p = q->p;

	if (result != 0)
		app_say(p->view.app, LEVEL_WARN, "%s", err->text);
	if (p->checklist)
		phases_changed(p);
	free(q->name);
	free(q);
}

static void run_done(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	struct ask *q = ctx;
	struct checklist *c = q->p->checklist;
	struct err err;
	char *word;
	enum confirm kind = checklist_confirm_kind(c, q->index, &word);
	const char *said = kind == CONFIRM_YES ? "y" : kind == CONFIRM_TYPE ? answer->text : "";
	int r = 0;

	(void)a;
	free(word);
	if (answer->ok)
		r = q->flag ? checklist_undo(c, q->index, said, &err)
			    : checklist_confirm(c, q->index, q->plan_ms, said, &err);
	else if (c)
		checklist_decline(c, q->index, q->flag);
	ask_end(q, r, &err);
}

static void confirm(struct phases *p, size_t step, bool undo, const char *text, const char *action)
{
	struct step_view v;
	struct ask *q = ask_new(p, step);
	char *word;
	struct dialog_question question = {
		.text = text,
		.diff = true,
		.action = action,
	};

	checklist_step(p->checklist, step, &v);
	q->plan_ms = v.plan_ms;
	q->flag = undo;
	question.kind = checklist_confirm_kind(p->checklist, step, &word);
	question.word = word;
	question.title = words_get(&v.step->title);
	dialog_confirm(p->view.app, &question, run_done, q);
	free(word);
}

void ask_run(struct phases *p, size_t step)
{
	struct step_view v;
	struct buf b;

	checklist_step(p->checklist, step, &v);
	if (v.activity != ACT_READY) {
		app_say(p->view.app, LEVEL_NONE, "%s",
			_("Enter first asks the server what would change"));
		return;
	}
	if (p->view.app->read_only) {
		app_say(p->view.app, LEVEL_WARN, "%s", _("this console only watches (read-only)"));
		return;
	}
	buf_init(&b, 0);
	for (size_t k = 0; k < v.step->nparams; k++)
		buf_addf(&b, _("%s: %s\n"), words_get(&v.step->params[k].title), v.params[k]);
	for (size_t k = 0; k < v.nsays; k++)
		buf_addf(&b, "%s\n", v.says[k]);
	buf_addf(&b, "\n%s\n", v.plan);
	if (v.step->undoable)
		buf_addf(&b, _("\n%s: %s\n"), _("Undo"), words_get(&v.step->undo));
	else
		buf_addf(&b, _("\nIt cannot be undone: %s\n"), words_get(&v.step->undo_why));
	confirm(p, step, false, buf_str(&b), _("Run it"));
	buf_clear(&b);
}

void ask_undo(struct phases *p, size_t step)
{
	struct step_view v;

	checklist_step(p->checklist, step, &v);
	if (!v.can_undo) {
		app_say(p->view.app, LEVEL_NONE, "%s",
			v.step->undoable ? _("there is nothing to undo")
					 : words_get(&v.step->undo_why));
		return;
	}
	confirm(p, step, true, words_get(&v.step->undo), _("Undo it"));
}

static void until_done(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	struct ask *q = ctx;
	struct err err;
	int r = 0;

	(void)a;
	if (answer->ok)
		r = q->flag ? checklist_defer_criterion(
				      q->p->checklist, q->index, q->name, answer->text, &err)
			    : checklist_defer(
				      q->p->checklist, q->index, q->name, answer->text, &err);
	ask_end(q, r, &err);
}

static void ask_until(struct phases *p, size_t index, bool criterion, const char *reason)
{
	struct ask *q = ask_new(p, index);
	struct dialog_input in = {
		.flags = DIALOG_EMPTY,
		.title = _("Until when?"),
		.text = _("A date, a phase, or nothing:\n"),
	};

	q->flag = criterion;
	q->name = xstrdup(reason);
	dialog_entry(p->view.app, &in, until_done, q);
}

static void skip_done(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	struct ask *q = ctx;
	struct err err;
	int r = 0;

	(void)a;
	if (answer->ok && q->flag)
		ask_until(q->p, q->index, false, answer->text);
	else if (answer->ok)
		r = checklist_skip(q->p->checklist, q->index, answer->text, &err);
	ask_end(q, r, &err);
}

void ask_skip(struct phases *p, size_t step, bool defer)
{
	struct ask *q = ask_new(p, step);
	struct dialog_input in = {
		.title = defer ? _("Defer this step") : _("Skip this step"),
		.text = _("Why? The reason stands in the report.\n"),
	};

	q->flag = defer;
	dialog_entry(p->view.app, &in, skip_done, q);
}

static void criterion_done(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	struct ask *q = ctx;
	struct err err;
	int r = 0;

	(void)a;
	if (answer->ok && q->flag)
		ask_until(q->p, q->index, true, answer->text);
	else if (answer->ok)
		r = checklist_attest(q->p->checklist, q->index, answer->text, &err);
	ask_end(q, r, &err);
}

void ask_criterion(struct phases *p, size_t criterion, bool defer)
{
	struct criterion_view v;
	struct ask *q;
	char *text;

	checklist_criterion(p->checklist, criterion, &v);
	if (!defer && v.criterion->test) {
		app_say(p->view.app, LEVEL_NONE, "%s",
			_("this criterion is measured: it cannot be attested"));
		return;
	}
	q = ask_new(p, criterion);
	q->flag = defer;
	text = xasprintf("%s\n%s\n",
		defer ? words_get(&v.criterion->title) : words_get(&v.criterion->attest),
		_("Why? The reason stands in the report."));
	struct dialog_input in = {
		.title = defer ? _("Defer this criterion") : _("Attest this criterion"),
		.text = text};
	dialog_entry(p->view.app, &in, criterion_done, q);
	free(text);
}

enum { KEEP_RUNNING, CANCEL_IT, LEAVE_IT };

static void interrupt_done(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	struct ask *q = ctx;
	struct err err;
	int r = 0;

	if (answer->ok && answer->choice == CANCEL_IT)
		r = checklist_cancel(q->p->checklist, q->index, &err);
	if (answer->ok && answer->choice == LEAVE_IT)
		app_quit(a);
	ask_end(q, r, &err);
}

void ask_interrupt(struct phases *p, size_t step)
{
	const char *const items[] = {
		[KEEP_RUNNING] = _("Keep it running"),
		[CANCEL_IT] =
			_("Cancel it on the server (what it has done stands until it is undone)"),
		[LEAVE_IT] = _("Leave this console; the step goes on and is found again"),
	};
	struct step_view v;
	struct dialog_list list = {
		.text = _("This step is running on the server.\n"), .items = items, .n = 3};

	checklist_step(p->checklist, step, &v);
	list.title = words_get(&v.step->title);
	dialog_choice(p->view.app, &list, interrupt_done, ask_new(p, step));
}

static void close_done(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	struct ask *q = ctx;
	struct err err;
	int r = 0;

	if (answer->ok) {
		r = checklist_close(q->p->checklist, q->flag, answer->text, &err);
		if (r == 0)
			app_say(a, LEVEL_OK, "%s",
				_("the run is closed; the report is in Reports (9)"));
	}
	ask_end(q, r, &err);
}

void ask_close(struct phases *p, bool finished)
{
	struct ask *q = ask_new(p, 0);
	struct dialog_input in = {
		.flags = finished ? DIALOG_EMPTY : 0,
		.title = finished ? _("Finish this run") : _("Abandon this run"),
		.text = finished ? _("Criteria and figures are recorded as they are now. A remark "
				     "for the report, or nothing:\n")
				 : _("Why? The reason stands in the report.\n"),
	};

	q->flag = finished;
	dialog_entry(p->view.app, &in, close_done, q);
}

static void lock_done(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	(void)ctx;
	if (answer->ok)
		server_lock_take(a->server, true);
}

void ask_lock(struct phases *p)
{
	struct app *a = p->view.app;
	char *text;
	struct dialog_question q = {.kind = CONFIRM_TYPE,
		.title = _("Take the lock over"),
		.action = _("Take it over"),
		.word = "lock"};

	if (a->lock_ours) {
		app_say(a, LEVEL_NONE, "%s", _("the lock is this console's already"));
		return;
	}
	text = xasprintf(_("Only one console may change the server. The lock is held by:\n%s\n\n"
			   "That console can start nothing more once you have it. A step that runs "
			   "goes on.\n"),
		a->lock_holder ? a->lock_holder : _("nobody"));
	q.text = text;
	dialog_confirm(a, &q, lock_done, NULL);
	free(text);
}

static void note(struct phases *p, int step, const char *text)
{
	struct err err;

	if (checklist_note(p->checklist, step, text, &err) != 0)
		app_say(p->view.app, LEVEL_WARN, "%s", err.text);
	else
		app_say(p->view.app, LEVEL_OK, "%s", _("noted"));
	phases_changed(p);
}

static void note_done(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	struct ask *q = ctx;

	(void)a;
	if (answer->ok && q->p->checklist)
		note(q->p, q->flag ? -1 : (int)q->index, answer->text);
	free(q);
}

void ask_note(struct phases *p, int step, const char *text)
{
	struct dialog_input in = {
		.title = step < 0 ? _("A note on this run") : _("A note on this step"),
		.text = _("The journal and the report will have it, with the time.\n"),
	};
	struct ask *q;

	if (*text) {
		note(p, step, text);
		return;
	}
	q = ask_new(p, step < 0 ? 0 : (size_t)step);
	q->flag = step < 0;
	dialog_entry(p->view.app, &in, note_done, q);
}
