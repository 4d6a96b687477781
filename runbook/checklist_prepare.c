/* checklist_prepare: preflight, check and plan of a step: questions that change nothing. */
#include "runbook/checklist_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "base/units.h"
#include "backends/host.h"

/* What only looks at files and asks daemons for words is quick, or hangs, unless the step says that it
 * reads much. Looking at the effect takes what it takes: a container is started, services are waited
 * for. */
#define PROBE_TIMEOUT_S 60
#define BOOT_WAIT_S 60
#define BOOTED "tw_booted" /* of remote/step.sh, no part of a step */
#define SYSTEMD_S 30       /* for systemd's last answer, beyond that */

/* As long as it takes a server that is emulated. */
static int scaled(int seconds)
{
	double scale = host_time_scale();

	return scale > 1 ? (int)(seconds * scale) : seconds;
}

static int limit_of(const struct step *step, const char *part)
{
	int look_s = step->look_s > 0 ? step->look_s : PROBE_TIMEOUT_S;

	if (strcmp(part, BOOTED) == 0)
		return scaled(BOOT_WAIT_S) + SYSTEMD_S;
	if (strcmp(part, "verify") == 0 && step->timeout_s > look_s)
		return step->timeout_s;
	return scaled(look_s);
}

static unsigned ask_for(struct checklist *c, size_t i, const char *part, const char *arg)
{
	struct entry *e = &c->entries[i];
	char *params = entry_assignments(e);
	struct probe_spec spec = {
		.id = ++c->last_probe,
		.step = e->step->script,
		.part = part,
		.arg = arg,
		.params = params,
		.root = e->step->root,
		.timeout_s = limit_of(e->step, part),
	};

	server_probe(c->o.server, &spec);
	explicit_bzero(params, strlen(params));
	free(params);
	return spec.id;
}

static void ask(struct checklist *c, size_t i, const char *part, const char *arg)
{
	struct entry *e = &c->entries[i];

	e->probe = ask_for(c, i, part, arg);
	e->asked_ms = clock_ms();
	e->limit_s = limit_of(e->step, part);
}

int checklist_choices(struct checklist *c, size_t i, const char *name, struct err *err)
{
	struct entry *e = &c->entries[i];

	if (!c->link_up)
		return err_set(err, ERR_LINK, "%s",
			_("the link is down: nothing can be asked until it is back (r: try now)"));
	entry_clear_choices(e);
	e->choice_param = xstrdup(name);
	e->choice_probe = ask_for(c, i, "choices", name);
	return 0;
}

int checklist_prepare(struct checklist *c, size_t i, struct err *err)
{
	struct entry *e = &c->entries[i];

	if (e->activity >= ACT_RECORDING)
		return err_set(err, ERR_REFUSED, "%s",
			_("this step is running: wait, or cancel it with Ctrl-C"));
	if (!c->link_up)
		return err_set(err, ERR_LINK, "%s",
			_("the link is down: nothing can be asked until it is back (r: try now)"));
	if (e->probe)
		server_probe_cancel(c->o.server, e->probe);
	entry_clear_plan(e);
	entry_reason(e, NULL);
	e->wants_root = false;
	e->activity = ACT_PREFLIGHT;
	for (size_t k = 0; k < e->step->nfacts; k++) {
		const struct fact_def *d = fact_def_find(e->step->facts[k]);

		if (d)
			server_refresh(c->o.server, d->panel);
	}
	ask(c, i, "preflight", NULL);
	return 0;
}

void prepare_again(struct checklist *c)
{
	struct err err;

	for (size_t i = 0; i < c->count; i++) {
		struct entry *e = &c->entries[i];

		if (!e->wants_root)
			continue;
		e->wants_root = false;
		if (e->state == STEP_INTERRUPTED && e->job)
			prepare_look(c, i);
		else
			checklist_prepare(c, i, &err);
	}
}

void prepare_link_lost(struct checklist *c)
{
	for (size_t i = 0; i < c->count; i++) {
		struct entry *e = &c->entries[i];

		if (e->activity == ACT_IDLE || e->activity >= ACT_RECORDING)
			continue;
		/* A plan made before the loss may be out of date: it must be made again. */
		e->activity = ACT_IDLE;
		e->probe = 0;
		e->plan_ms = 0;
		entry_reason(e, _("the link was lost; Enter asks again"));
	}
}

bool activity_looks(enum step_activity a)
{
	return a == ACT_BOOTING || a == ACT_LOOKING;
}

/* What cut the step short may have been the power: sshd is up long before Docker or k3s, and what is
 * not there yet must not be called gone. So the server is asked first whether it has started. */
void prepare_look(struct checklist *c, size_t i)
{
	char seconds[16];

	snprintf(seconds, sizeof(seconds), "%d", scaled(BOOT_WAIT_S));
	c->entries[i].activity = ACT_BOOTING;
	ask(c, i, BOOTED, seconds);
}

static void not_judged(struct checklist *c, size_t i, const char *reason)
{
	c->entries[i].activity = ACT_IDLE;
	entry_reason(&c->entries[i], reason);
	record_step(c, i);
}

void prepare_stop(struct checklist *c, size_t i)
{
	struct entry *e = &c->entries[i];

	server_probe_cancel(c->o.server, e->probe);
	e->probe = 0;
	not_judged(c, i,
		_("cut short, and not looked at to the end: Enter looks what would change, u "
		  "undoes it"));
}

/* The best short words for an answer: what the step said last, else the last line it printed.
 * Owned. */
static char *answer_words(const struct entry *e, const struct probe_answer *a)
{
	struct buf b;
	char *text, *line;

	if (e->nsays > 0)
		return xstrdup(e->says[e->nsays - 1]);
	buf_init(&b, 0);
	text_clean_lines(&b, a->output, a->len, TEXT_FIELD_MAX);
	text = buf_take(&b);
	for (size_t n = strlen(text); n > 0 && text[n - 1] == '\n'; n--)
		text[n - 1] = '\0';
	line = strrchr(text, '\n');
	line = xstrdup(line ? line + 1 : text);
	free(text);
	return line;
}

static char *answer_text(const struct probe_answer *a)
{
	struct buf b;

	buf_init(&b, 0);
	text_clean_lines(&b, a->output, a->len, BUF_DEFAULT_MAX);
	if (a->cut)
		buf_adds(&b, _("\n(longer than 4 MiB: cut here)\n"));
	return buf_take(&b);
}

/* Not an answer of the step itself: the link, the time limit, no root shell. True when it was one.
 */
static bool answer_missing(struct checklist *c, size_t i, const struct probe_answer *a)
{
	struct entry *e = &c->entries[i];
	char limit[UNITS_SIZE];

	if (a->status >= 0)
		return false;
	e->activity = ACT_IDLE;
	if (a->status == -3) {
		e->wants_root = true;
		e->state = e->state == STEP_TODO ? STEP_BLOCKED : e->state;
		entry_reason(e, _("needs root on the server: press S to open the root shell"));
	} else if (a->status == -4) {
		entry_reason(e, _("this console only watches (read-only): it opens no root shell"));
	} else if (a->status == -1) {
		units_duration(e->limit_s, limit);
		entry_reasonf(e, _("the server did not answer within %s; Enter asks again"), limit);
	} else {
		entry_reason(e, _("the link was lost; Enter asks again"));
	}
	if (c->entries[i].state == STEP_INTERRUPTED)
		record_step(c, i);
	return true;
}

static void blocked(struct checklist *c, size_t i, const struct probe_answer *a)
{
	struct entry *e = &c->entries[i];
	char *words = answer_words(e, a);

	e->activity = ACT_IDLE;
	e->state = STEP_BLOCKED;
	entry_reason(e, *words ? words : _("preflight said no without saying why"));
	free(words);
	record_step(c, i);
}

static void after_preflight(struct checklist *c, size_t i, const struct probe_answer *a)
{
	struct entry *e = &c->entries[i];

	e->preflight_output = answer_text(a);
	if (a->status != 0) {
		blocked(c, i, a);
		return;
	}
	e->activity = ACT_CHECK;
	ask(c, i, "check", NULL);
}

static void after_check(struct checklist *c, size_t i, const struct probe_answer *a)
{
	struct entry *e = &c->entries[i];
	char *words;

	e->check_output = answer_text(a);
	if (a->status != 0) {
		e->activity = ACT_PLAN;
		ask(c, i, "plan", NULL);
		return;
	}
	words = answer_words(e, a);
	e->activity = ACT_IDLE;
	if (e->state != STEP_DONE)
		e->state = STEP_SATISFIED;
	entry_reason(e, *words ? words : _("the server is already so"));
	free(words);
	record_step(c, i);
}

static void after_plan(struct checklist *c, size_t i, const struct probe_answer *a)
{
	struct entry *e = &c->entries[i];

	e->plan = answer_text(a);
	if (a->status != 0 || a->cut) {
		blocked(c, i, a);
		return;
	}
	memcpy(e->plan_digest, a->digest, sizeof(e->plan_digest));
	e->plan_ms = clock_ms();
	e->activity = ACT_READY;
	if (e->state != STEP_FAILED && e->state != STEP_INTERRUPTED)
		e->state = STEP_TODO;
	entry_reason(e, NULL);
	cJSON *fields = record_new(c, e);
	cJSON_AddStringToObject(fields, "plan_digest", e->plan_digest);
	cJSON_AddNumberToObject(fields, "confirm", e->step->confirm);
	store_record(c->o.store, "shown", fields);
}

static void after_boot(struct checklist *c, size_t i, const struct probe_answer *a)
{
	if (a->status == 1) {
		not_judged(c, i,
			_("cut short, and the server is still starting: Enter looks what would "
			  "change, u undoes it"));
		return;
	}
	c->entries[i].activity = ACT_LOOKING;
	c->entries[i].look = LOOK_CHECK;
	ask(c, i, "check", NULL);
}

/* An interrupted step: check and verify both look at the server, then the operator decides. */
static void after_look(struct checklist *c, size_t i, const struct probe_answer *a)
{
	struct entry *e = &c->entries[i];

	if (e->look == LOOK_CHECK) {
		e->check_says_so = a->status == 0;
		e->look = LOOK_VERIFY;
		ask(c, i, "verify", NULL);
		return;
	}
	e->activity = ACT_IDLE;
	entry_reasonf(e,
		_("cut short; check says %s, verify says %s: look, then run it again, undo it or "
		  "skip it"),
		e->check_says_so ? _("it is so") : _("it is not so"),
		a->status == 0 ? _("the effect is there") : _("the effect is not there"));
	record_step(c, i);
}

static bool one_of_several(const struct entry *e)
{
	for (size_t k = 0; k < e->step->nparams; k++)
		if (strcmp(e->step->params[k].name, e->choice_param) == 0)
			return e->step->params[k].type == PARAM_CHOICES;
	return false;
}

static void choices_answer(struct entry *e, const struct probe_answer *a)
{
	bool words = one_of_several(e);

	e->choice_probe = 0;
	e->choices_there = true;
	for (size_t k = 0; k < a->nmarks && e->nchoices < 1000; k++) {
		const struct mark *m = &a->marks[k];

		if (m->kind != MARK_CHOICE || m->nwords < 1)
			continue;
		if (words && !param_word(m->words[0]))
			continue; /* with a blank in it, it would be two */
		e->choices = xrealloc(e->choices, e->nchoices + 1, sizeof(*e->choices));
		e->choices[e->nchoices++] = (struct choice){
			.value = xstrdup(m->words[0]),
			.label = xstrdup(m->nwords > 1 ? m->words[1] : m->words[0]),
			.preselected = m->nwords > 2 && strcmp(m->words[2], "1") == 0,
		};
	}
	if (a->status == -3)
		e->choices_why =
			xstrdup(_("needs root on the server: press S to open the root shell"));
	else if (e->nchoices == 0)
		e->choices_why = answer_words(e, a);
}

static const char *part_asked(const struct entry *e)
{
	switch (e->activity) {
	case ACT_PREFLIGHT:
		return "preflight";
	case ACT_PLAN:
		return "plan";
	case ACT_LOOKING:
		return e->look == LOOK_VERIFY ? "verify" : "check";
	default:
		return "check";
	}
}

bool prepare_answer(struct checklist *c, const struct probe_answer *a)
{
	for (size_t i = 0; i < c->count; i++) {
		struct entry *e = &c->entries[i];

		if (e->choice_probe != 0 && e->choice_probe == a->id) {
			choices_answer(e, a);
			return true;
		}
		if (e->probe == 0 || e->probe != a->id)
			continue;
		e->probe = 0;
		entry_marks(c, e, a->marks, a->nmarks);
		if (e->activity != ACT_BOOTING) /* no part of the step, and nothing of it */
			record_prepare(c, i, part_asked(e), a);
		if (answer_missing(c, i, a))
			return true;
		if (e->activity == ACT_PREFLIGHT)
			after_preflight(c, i, a);
		else if (e->activity == ACT_CHECK)
			after_check(c, i, a);
		else if (e->activity == ACT_PLAN)
			after_plan(c, i, a);
		else if (e->activity == ACT_BOOTING)
			after_boot(c, i, a);
		else if (e->activity == ACT_LOOKING)
			after_look(c, i, a);
		return true;
	}
	return false;
}
