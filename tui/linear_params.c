/* linear_params: a step's parameters: typed, or chosen from what the server has to choose from. */
#include "tui/linear_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/i18n.h"
#include "tui/step_words.h"

#define PARAMS_BACK 1000

static void enter_param(struct linear *l, size_t i, size_t k)
{
	struct step_view v;
	const struct param *p;
	struct err e;
	char *value;
	int r;

	checklist_step(l->checklist, i, &v);
	p = &v.step->params[k];
	if (*words_get(&p->help))
		linear_lines(l, words_get(&p->help));
	do {
		value = linear_ask(l, p->type == PARAM_SECRET ? ASK_SECRET : 0, _("%s (default: %s)"),
			words_get(&p->title),
			p->type == PARAM_SECRET ? _("as it is, not shown")
			: *v.params[k]          ? v.params[k]
						: _("(not set)"));
		r = 0;
		if (value && *value) /* "" stands for no value at all */
			r = checklist_param(l->checklist, i, p->name,
				strcmp(value, "\"\"") == 0 ? "" : value, &e);
		if (r != 0)
			linear_say(l, "%s", e.text);
		linear_wipe(value);
		checklist_step(l->checklist, i, &v);
	} while (r == ERR_USAGE && !linear_over(l));
}

static void wait_choices(struct linear *l, size_t i, struct step_view *v)
{
	linear_say(l, "%s", _("asking the server what there is to choose from"));
	checklist_step(l->checklist, i, v);
	while (!v->choices_of && !linear_over(l) && !l->interrupted && l->link == LINK_UP) {
		linear_turn(l, 0, -1);
		if (l->question)
			linear_answer_link(l);
		checklist_step(l->checklist, i, v);
	}
	l->interrupted = false;
}

/* Is word one of those that stand in list, with one blank between them? */
static bool list_has(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (; *list; list += *list == ' ') {
		size_t len = strcspn(list, " ");

		if (len == n && memcmp(list, word, n) == 0)
			return true;
		list += len;
	}
	return false;
}

static void choose_one(struct linear *l, size_t i, const struct step_view *v, size_t k)
{
	const struct param *p = &v->step->params[k];
	struct menu m = {0};
	struct err e;
	char *value;
	int id;

	for (size_t c = 0; c < v->nchoices; c++) {
		menu_add(&m, (int)c, v->choices[c].value, CMD_NONE, "%s", v->choices[c].label);
		if (strcmp(v->params[k], v->choices[c].value) == 0 ||
			(!*v->params[k] && v->choices[c].preselected))
			menu_default(&m);
	}
	menu_add(&m, PARAMS_BACK, NULL, CMD_BACK, "%s", _("Back"));
	id = menu_choose(l, &m, words_get(&p->title));
	if (id < 0 || id == PARAMS_BACK)
		return;
	value = xstrdup(v->choices[id].value);
	if (checklist_param(l->checklist, i, p->name, value, &e) != 0)
		linear_say(l, "%s", e.text);
	free(value);
}

/* "1 3-5", "all", "none": which of n. False: it is none of these. */
static bool read_numbers(const char *answer, bool *marked, size_t n)
{
	char *end;

	memset(marked, 0, n * sizeof *marked);
	if (strcmp(answer, "none") == 0)
		return true;
	if (strcmp(answer, "all") == 0) {
		for (size_t c = 0; c < n; c++)
			marked[c] = true;
		return true;
	}
	while (*(answer += strspn(answer, " ,"))) {
		unsigned long from, to;

		if (*answer < '1' || *answer > '9')
			return false;
		from = to = strtoul(answer, &end, 10);
		if (*end == '-' && end[1] >= '1' && end[1] <= '9')
			to = strtoul(end + 1, &end, 10);
		if (to > n || from > to || !strchr(" ,", *end))
			return false;
		for (size_t c = from; c <= to; c++)
			marked[c - 1] = true;
		answer = end;
	}
	return true;
}

static char *joined(const struct step_view *v, const bool *marked)
{
	struct buf b;

	buf_init(&b, 0);
	for (size_t c = 0; c < v->nchoices; c++)
		if (marked[c])
			buf_addf(&b, "%s%s", b.len ? " " : "", v->choices[c].value);
	return buf_take(&b);
}

/* Those that are chosen now, or preselected when none is; as numbers, owned. */
static char *list_choices(struct linear *l, const struct step_view *v, size_t k, bool *marked)
{
	struct buf numbers;
	bool any = false;

	for (size_t c = 0; c < v->nchoices; c++)
		any |= marked[c] = list_has(v->params[k], v->choices[c].value);
	linear_say(l, "\n%s", words_get(&v->step->params[k].title));
	buf_init(&numbers, 0);
	for (size_t c = 0; c < v->nchoices; c++) {
		marked[c] = any ? marked[c] : v->choices[c].preselected;
		linear_say(l, marked[c] ? _("%zu. %s, chosen") : "%zu. %s", c + 1, v->choices[c].label);
		if (marked[c])
			buf_addf(&numbers, "%s%zu", numbers.len ? " " : "", c + 1);
	}
	return buf_take(&numbers);
}

static void choose_several(struct linear *l, size_t i, const struct step_view *v, size_t k)
{
	const struct param *p = &v->step->params[k];
	bool *marked = xcalloc(v->nchoices, sizeof *marked), good = false;
	char *now = list_choices(l, v, k, marked), *answer = NULL, *value;
	struct err e;

	while (!linear_over(l) && !good) {
		answer = linear_ask(l, 0,
			_("Numbers such as 1 3-5, or all, or none (default: %s)"),
			*now ? now : _("none of them"));
		good = !answer || !*answer || read_numbers(answer, marked, v->nchoices);
		if (!good)
			linear_say(l, _("\"%s\" is no list of numbers from 1 to %zu."), answer,
				v->nchoices);
		if (!answer)
			break;
		free(answer);
		answer = NULL;
	}
	if (good && !linear_over(l)) {
		value = joined(v, marked);
		if (checklist_param(l->checklist, i, p->name, value, &e) != 0)
			linear_say(l, "%s", e.text);
		free(value);
	}
	free(now);
	free(marked);
}

static void choose_param(struct linear *l, size_t i, size_t k)
{
	struct step_view v;
	const struct param *p;
	struct err e;

	checklist_step(l->checklist, i, &v);
	p = &v.step->params[k];
	if (checklist_choices(l->checklist, i, p->name, &e) != 0) {
		linear_say(l, "%s", e.text);
		return;
	}
	wait_choices(l, i, &v);
	if (!v.choices_of)
		return;
	if (v.nchoices == 0) {
		linear_say(l, "%s", v.choices_why && *v.choices_why
					    ? v.choices_why
					    : _("the server has nothing to choose from"));
		return;
	}
	if (*words_get(&p->help))
		linear_lines(l, words_get(&p->help));
	if (p->type == PARAM_CHOICES)
		choose_several(l, i, &v, k);
	else
		choose_one(l, i, &v, k);
}

static void one_param(struct linear *l, size_t i, size_t k)
{
	struct step_view v;

	checklist_step(l->checklist, i, &v);
	if (v.step->params[k].type == PARAM_CHOICE || v.step->params[k].type == PARAM_CHOICES)
		choose_param(l, i, k);
	else
		enter_param(l, i, k);
}

void linear_params(struct linear *l, size_t i)
{
	struct step_view v;
	struct menu m = {0};
	int id;

	checklist_step(l->checklist, i, &v);
	if (v.step->nparams == 1) {
		one_param(l, i, 0);
		return;
	}
	for (size_t k = 0; k < v.step->nparams; k++) {
		char *words = param_words(&v, k);

		menu_add(&m, (int)k, v.step->params[k].name, CMD_NONE, "%s", words);
		free(words);
	}
	menu_add(&m, PARAMS_BACK, NULL, CMD_BACK, "%s", _("Back"));
	menu_default(&m);
	id = menu_choose(l, &m, _("Which parameter?"));
	if (id >= 0 && id != PARAMS_BACK)
		one_param(l, i, (size_t)id);
}
