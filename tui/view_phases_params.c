/* view_phases_params: a step's parameters: typed, or picked from what the server has to choose
 * from. */
#include "tui/view_phases.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "tui/app.h"
#include "tui/dialog.h"
#include "tui/step_words.h"
#include "tui/view_phases_ask.h"

static void enter_param(
	struct phases *p, size_t step, size_t k, const char *typed, const char *complaint);

/* A value that will not do is asked for again, with the reason, as it was typed. */
static void param_done(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	struct ask *q = ctx;
	struct phases *p = q->p;
	struct step_view v;
	struct err err;
	int r = 0;

	(void)a;
	if (answer->ok)
		r = checklist_param(p->checklist, q->index, q->name, answer->text, &err);
	checklist_step(p->checklist, q->index, &v);
	for (size_t k = 0; r == ERR_USAGE && k < v.step->nparams; k++) {
		if (strcmp(v.step->params[k].name, q->name) != 0)
			continue;
		enter_param(p, q->index, k, answer->text, err.text);
		r = 0;
	}
	ask_end(q, r, &err);
}

/* typed and complaint: of the attempt before, or NULL. */
static void enter_param(
	struct phases *p, size_t step, size_t k, const char *typed, const char *complaint)
{
	struct step_view v;
	struct ask *q = ask_new(p, step);
	const struct param *param;
	const char *help, *initial;
	char *text;

	checklist_step(p->checklist, step, &v);
	param = &v.step->params[k];
	help = words_get(&param->help);
	text = complaint ? xasprintf("%s\n\n%s\n", help, complaint) : xstrdup(help);
	initial = typed ? typed : v.params[k];
	if (param->type == PARAM_SECRET)
		initial = NULL;
	q->name = xstrdup(param->name);
	struct dialog_input in = {
		.flags = (param->type == PARAM_SECRET ? DIALOG_SECRET : 0) | DIALOG_EMPTY,
		.title = words_get(&param->title),
		.text = text,
		.initial = initial,
	};
	dialog_entry(p->view.app, &in, param_done, q);
	free(text);
}

static void ask_param(struct phases *p, size_t step, size_t k)
{
	struct step_view v;
	const struct param *param;
	struct err err;

	checklist_step(p->checklist, step, &v);
	param = &v.step->params[k];
	if (param->type != PARAM_CHOICE && param->type != PARAM_CHOICES)
		enter_param(p, step, k, NULL, NULL);
	else if (checklist_choices(p->checklist, step, param->name, &err) != 0)
		app_say(p->view.app, LEVEL_WARN, "%s", err.text);
	else
		p->want_choices = true;
}

static void which_param_done(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	struct ask *q = ctx;
	struct phases *p = q->p;
	size_t step = q->index;

	(void)a;
	free(q);
	if (answer->ok && answer->choice >= 0)
		ask_param(p, step, (size_t)answer->choice);
}

void ask_params(struct phases *p, size_t step)
{
	struct step_view v;
	char **items;
	struct dialog_list list;

	checklist_step(p->checklist, step, &v);
	if (v.step->nparams == 0) {
		app_say(p->view.app, LEVEL_NONE, "%s", _("this step has no parameters"));
		return;
	}
	if (v.step->nparams == 1) {
		ask_param(p, step, 0);
		return;
	}
	items = xcalloc(v.step->nparams, sizeof(*items));
	for (size_t k = 0; k < v.step->nparams; k++)
		items[k] = param_words(&v, k);
	list = (struct dialog_list){
		.title = words_get(&v.step->title),
		.text = _("Which parameter?"),
		.items = (const char *const *)items,
		.n = v.step->nparams,
	};
	dialog_choice(p->view.app, &list, which_param_done, ask_new(p, step));
	for (size_t k = 0; k < v.step->nparams; k++)
		free(items[k]);
	free(items);
}

static const struct param *param_find(const struct step *s, const char *name)
{
	for (size_t k = 0; k < s->nparams; k++)
		if (strcmp(s->params[k].name, name) == 0)
			return &s->params[k];
	return NULL;
}

/* Is word one of those that stand in list, with one blank between them? */
static bool list_has(const char *list, const char *word)
{
	size_t n = strlen(word);

	while (*list) {
		size_t len = strcspn(list, " ");

		if (len == n && memcmp(list, word, n) == 0)
			return true;
		list += len + (list[len] == ' ');
	}
	return false;
}

/* What was picked, joined by blanks; owned. */
static char *picked(const struct step_view *v, const struct dialog_answer *answer)
{
	struct buf b;

	if (!answer->marked)
		return xstrdup(v->choices[answer->choice].value);
	buf_init(&b, 0);
	for (size_t k = 0; k < v->nchoices; k++)
		if (answer->marked[k])
			buf_addf(&b, "%s%s", b.len ? " " : "", v->choices[k].value);
	return buf_take(&b);
}

static void choice_done(struct app *a, void *ctx, const struct dialog_answer *answer)
{
	struct ask *q = ctx;
	struct step_view v;
	struct err err;
	int r = 0;

	(void)a;
	checklist_step(q->p->checklist, q->index, &v);
	/* they are still those that were shown: none is asked for while the dialog stands */
	if (answer->ok && v.choices_of && strcmp(v.choices_of, q->name) == 0 &&
		v.nchoices == q->nchoices) {
		char *value = picked(&v, answer);

		r = checklist_param(q->p->checklist, q->index, q->name, value, &err);
		free(value);
	}
	ask_end(q, r, &err);
}

/* The list as it stands, or is preselected when nothing of it was chosen yet. */
static void show_choices(struct phases *p, size_t step, const struct step_view *v)
{
	const struct param *param = param_find(v->step, v->choices_of);
	const char *now = v->params[param - v->step->params];
	const char **items = xcalloc(v->nchoices, sizeof(*items));
	bool *marked = xcalloc(v->nchoices, sizeof(*marked));
	struct ask *q = ask_new(p, step);
	char *text = xasprintf("%s\n", words_get(&param->help));
	bool several = param->type == PARAM_CHOICES, any = false;
	struct dialog_list list = {.title = words_get(&param->title),
		.text = *words_get(&param->help) ? text : "",
		.items = items,
		.n = v->nchoices,
		.marked = marked};

	for (size_t k = 0; k < v->nchoices; k++) {
		const char *value = v->choices[k].value;

		items[k] = v->choices[k].label;
		marked[k] = several ? list_has(now, value) : strcmp(now, value) == 0;
		any = any || marked[k];
	}
	for (size_t k = 0; k < v->nchoices; k++) {
		marked[k] = any ? marked[k] : v->choices[k].preselected;
		if (marked[k] && !several)
			list.first = k;
	}
	q->name = xstrdup(v->choices_of);
	q->nchoices = v->nchoices;
	if (several)
		dialog_choices(p->view.app, &list, choice_done, q);
	else
		dialog_choice(p->view.app, &list, choice_done, q);
	free(text);
	free(marked);
	free(items);
}

void ask_choices(struct phases *p, size_t step)
{
	struct step_view v;

	p->want_choices = false;
	checklist_step(p->checklist, step, &v);
	if (v.nchoices == 0 || !param_find(v.step, v.choices_of))
		app_say(p->view.app, LEVEL_WARN, "%s",
			v.choices_why && *v.choices_why
				? v.choices_why
				: _("the server has nothing to choose from"));
	else
		show_choices(p, step, &v);
}
