#include "runbook/checklist_private.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/host.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mask.h"
#include "base/text.h"

void entry_reason(struct entry *e, const char *text)
{
	char *clean = text_dup(text);

	free(e->reason);
	e->reason = clean;
}

void entry_reasonf(struct entry *e, const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	entry_reason(e, line);
}

void entry_clear_says(struct entry *e)
{
	for (size_t i = 0; i < e->nsays; i++)
		free(e->says[i]);
	FREE(e->says);
	e->nsays = 0;
}

void entry_clear_plan(struct entry *e)
{
	FREE(e->plan);
	FREE(e->preflight_output);
	FREE(e->check_output);
	entry_clear_says(e);
	e->plan_digest[0] = '\0';
	e->plan_ms = 0;
}

void entry_clear_choices(struct entry *e)
{
	for (size_t i = 0; i < e->nchoices; i++) {
		free(e->choices[i].value);
		free(e->choices[i].label);
	}
	FREE(e->choices);
	FREE(e->choice_param);
	FREE(e->choices_why);
	e->nchoices = 0;
	e->choices_there = false;
}

static void entry_clear(struct entry *e)
{
	entry_clear_choices(e);
	entry_clear_notes(e);
	entry_clear_plan(e);
	for (size_t i = 0; i < e->step->nparams; i++) {
		if (e->params[i])
			explicit_bzero(e->params[i], strlen(e->params[i]));
		free(e->params[i]);
		free(e->params_shown[i]);
	}
	free(e->params);
	free(e->params_shown);
	free(e->as_last_time);
	free(e->reason);
	free(e->job);
	free(e->status);
	free(e->job_before);
	free(e->status_before);
	buf_clear(&e->output);
}

void entry_set_param(struct checklist *c, struct entry *e, size_t k, const char *value)
{
	const struct param *p = &e->step->params[k];

	if (e->params[k])
		explicit_bzero(e->params[k], strlen(e->params[k]));
	free(e->params[k]);
	free(e->params_shown[k]);
	e->params[k] = xstrdup(value);
	if (p->type == PARAM_SECRET && *value) {
		mask_add(c->o.mask, value, strlen(value));
		e->params_shown[k] = xstrdup(MASK_TEXT);
	} else {
		e->params_shown[k] = text_dup(value);
	}
	e->as_last_time[k] = false;
}

static void entry_init(struct entry *e, const struct step *step)
{
	e->step = step;
	e->params = xcalloc(step->nparams + 1, sizeof(*e->params));
	e->params_shown = xcalloc(step->nparams + 1, sizeof(*e->params_shown));
	e->as_last_time = xcalloc(step->nparams + 1, sizeof(*e->as_last_time));
	buf_init(&e->output, OUTPUT_SHOWN_MAX * 2);
	entry_reason(e, NULL);
}

struct checklist *checklist_new(const struct checklist_options *o)
{
	struct checklist *c = xcalloc(1, sizeof(*c));
	struct err err;

	c->o = *o;
	c->active = -1;
	c->count = o->phase->nsteps;
	c->entries = xcalloc(c->count + 1, sizeof(*c->entries));
	for (size_t i = 0; i < c->count; i++)
		entry_init(&c->entries[i], &o->phase->steps[i]);
	values_begin(c);
	c->crits = xcalloc(o->phase->ncriteria + 1, sizeof(*c->crits));
	for (size_t k = 0; k < o->phase->ncriteria; k++) {
		c->crits[k].criterion = &o->phase->criteria[k];
		if (o->phase->criteria[k].test) {
			c->crits[k].test = test_parse(o->phase->criteria[k].test, &err);
			if (!c->crits[k].test)
				c->crits[k].why = text_dup(err.text);
		}
	}
	checklist_judge(c);
	return c;
}

void checklist_free(struct checklist *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->count; i++)
		entry_clear(&c->entries[i]);
	for (size_t k = 0; k < c->o.phase->ncriteria; k++) {
		test_free(c->crits[k].test);
		free(c->crits[k].why);
	}
	for (size_t k = 0; k < c->nown; k++) {
		free((char *)c->own[k].fact.name);
		free(c->own[k].fact.text);
	}
	free(c->own);
	free(c->entries);
	free(c->crits);
	recall_free(c->recall);
	free(c->run);
	free(c->closed_run);
	free(c->lock_holder);
	phase_free(c->o.phase);
	free(c);
}

/* A figure that a step recorded: phase.NAME, kept for criteria and the report. */
static void own_fact_set(struct checklist *c, const char *name, const char *value)
{
	struct own_fact *f = NULL;
	char *end;

	for (size_t k = 0; k < c->nown && !f; k++)
		if (strcmp(c->own[k].fact.name, name) == 0)
			f = &c->own[k];
	if (!f) {
		if (c->nown >= 1000)
			return;
		c->own = xrealloc(c->own, c->nown + 1, sizeof(*c->own));
		f = &c->own[c->nown++];
		memset(f, 0, sizeof(*f));
		f->fact.name = xstrdup(name);
		f->fact.own_name = true;
	}
	free(f->fact.text);
	f->fact.text = text_dup(value);
	f->fact.value = strtod(value, &end);
	if (end == value || *end)
		f->fact.value = NAN;
	f->fact.since = NAN;
	f->at_ms = clock_ms();
}

void entry_marks(struct checklist *c, struct entry *e, const struct mark *marks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct mark *m = &marks[i];

		if (m->kind == MARK_FACT && m->nwords >= 2 &&
			strncmp(m->words[0], "phase.", 6) == 0)
			own_fact_set(c, m->words[0], m->words[1]);
		if (m->kind == MARK_SAY && m->nwords >= 1 && e->nsays < 200) {
			e->says = xrealloc(e->says, e->nsays + 1, sizeof(*e->says));
			e->says[e->nsays++] =
				step_say(e->step, m->words[0], m->words + 1, m->nwords - 1);
		}
	}
}

char *entry_assignments(const struct entry *e)
{
	struct buf b;

	buf_init(&b, 0);
	for (size_t k = 0; k < e->step->nparams; k++) {
		char *quoted = shell_quote(e->params[k]);

		buf_addf(&b, "%s=%s\n", e->step->params[k].name, quoted);
		explicit_bzero(quoted, strlen(quoted));
		free(quoted);
	}
	return buf_take(&b);
}

/* "1-foundation-1.extend-lvm.2", "….2.undo" or "….2.3.undo" belongs to the step extend-lvm of the open run. */
int entry_of_job(const struct checklist *c, const char *job)
{
	size_t n = c->run ? strlen(c->run) : 0;

	if (n == 0 || strncmp(job, c->run, n) != 0 || job[n] != '.')
		return -1;
	job += n + 1;
	for (size_t i = 0; i < c->count; i++) {
		size_t len = strlen(c->entries[i].step->id);

		if (strncmp(job, c->entries[i].step->id, len) == 0 && job[len] == '.')
			return (int)i;
	}
	return -1;
}

const struct fact *checklist_fact(const struct checklist *c, const char *name, double *age_s)
{
	for (size_t k = 0; k < c->nown; k++)
		if (strcmp(c->own[k].fact.name, name) == 0) {
			*age_s = (double)(clock_ms() - c->own[k].at_ms) / 1000;
			return &c->own[k].fact;
		}
	return c->o.facts ? c->o.facts(c->o.facts_ctx, name, age_s) : NULL;
}

static const struct fact *look_up(void *ctx, const char *name, double *age_s)
{
	return checklist_fact(ctx, name, age_s);
}

/* "phase.backup.postgres.size" is one of "phase.backup.*". */
static bool records(const struct step *step, const char *fact)
{
	for (size_t k = 0; k < step->nfacts; k++) {
		size_t n = strlen(step->facts[k]);

		if (strcmp(step->facts[k], fact) == 0 ||
			(n && step->facts[k][n - 1] == '*' &&
				strncmp(step->facts[k], fact, n - 1) == 0))
			return true;
	}
	return false;
}

/* What nobody knows because the step that would measure it was put off is put off, too. */
static enum verdict judge_deferred(const struct checklist *c, const struct test *t, char **why)
{
	const char *fact, *other;

	test_facts(t, &fact, &other);
	for (size_t i = 0; i < c->count; i++) {
		const struct entry *e = &c->entries[i];

		if (e->state != STEP_DEFERRED || strncmp(fact, "phase.", 6) != 0 ||
			!records(e->step, fact))
			continue;
		free(*why);
		*why = xasprintf(_("%s: %s"), words_get(&e->step->title), e->reason);
		return VERDICT_DEFERRED;
	}
	return VERDICT_UNKNOWN;
}

static enum unit unit_of(void *ctx, const char *name)
{
	const struct checklist *c = ctx;
	const char *label;
	enum unit unit;

	record_meaning(c, name, &unit, &label);
	return unit;
}

void checklist_judge(struct checklist *c)
{
	for (size_t k = 0; k < c->o.phase->ncriteria; k++) {
		struct crit *crit = &c->crits[k];
		char *why = NULL;

		if (crit->decided || (!crit->test && crit->criterion->test))
			continue;
		if (crit->test) {
			crit->verdict = test_judge(crit->test, look_up, unit_of, c, &why);
			if (crit->verdict == VERDICT_UNKNOWN)
				crit->verdict = judge_deferred(c, crit->test, &why);
		} else {
			why = xstrdup(_("not attested yet"));
		}
		free(crit->why);
		crit->why = why;
	}
}

static bool link_event(struct checklist *c, const struct server_event *ev)
{
	bool up = ev->u.link.state == LINK_UP;

	if (up == c->link_up)
		return false;
	c->link_up = up;
	if (up) {
		checklist_resume(c);
		return true;
	}
	c->root_up = false;
	c->runs_asked = c->runs_blind = 0;
	c->lock_ours = c->lock_known = false;
	prepare_link_lost(c);
	if (c->stage != STAGE_NONE && c->stage != STAGE_START)
		job_abort(c, _("the link was lost before anything was started"));
	return true;
}

/* S was pressed: its answer is on its way. */
static void root_is_asked(struct checklist *c)
{
	for (size_t i = 0; i < c->count; i++) {
		struct entry *e = &c->entries[i];

		if (e->root_knows && e->state == STEP_INTERRUPTED)
			entry_reason(e, _("an earlier session started it; root is asked what became of it"));
		e->root_knows = false;
	}
}

static bool root_event(struct checklist *c, const struct server_event *ev)
{
	bool up = ev->u.root.state == ROOT_UP;

	if (up == c->root_up)
		return false;
	c->root_up = up;
	if (up) {
		c->runs_blind = c->runs_asked;
		root_is_asked(c);
		checklist_resume(c);
		prepare_again(c);
	}
	return true;
}

static bool lock_event(struct checklist *c, const struct server_event *ev)
{
	c->lock_known = true;
	c->lock_ours = ev->u.lock.ours;
	free(c->lock_holder);
	c->lock_holder = text_dup(ev->u.lock.holder);
	return job_lock(c);
}

static bool panel_event(struct checklist *c, const struct server_event *ev)
{
	for (size_t i = 0; i < c->count; i++) {
		struct entry *e = &c->entries[i];

		if (e->activity == ACT_MEASURING && ev->u.panel->taken_ms >= e->measure_ms) {
			e->panels_fresh |= 1u << ev->u.panel->id;
			job_measure(c, i);
		}
	}
	checklist_judge(c);
	return true;
}

bool checklist_server_event(struct checklist *c, const struct server_event *ev)
{
	switch (ev->type) {
	case SERVER_LINK:
		return link_event(c, ev);
	case SERVER_ROOT:
		return root_event(c, ev);
	case SERVER_LOCK:
		return lock_event(c, ev);
	case SERVER_PANEL:
		return panel_event(c, ev);
	case SERVER_PROBE:
		return prepare_answer(c, ev->u.probe);
	case SERVER_JOB:
		return job_event(c, ev->u.job);
	case SERVER_JOB_OUT:
		return job_output(c, ev->u.out);
	case SERVER_RUNS:
		return job_runs(c, ev);
	case SERVER_RUN:
		return job_run(c, ev);
	case SERVER_QUESTION:
	case SERVER_RTT:
	case SERVER_SILENT:
		return false;
	}
	return false;
}

bool checklist_store_event(struct checklist *c, const struct store_event *ev)
{
	if (ev->type == STORE_WRITTEN)
		return job_written(c, ev);
	if (c->stage != STAGE_NONE && c->stage != STAGE_START)
		job_abort(c, ev->text ? ev->text : _("the journal cannot be written"));
	return true;
}

bool checklist_tick(struct checklist *c, int64_t now_ms)
{
	bool changed = checklist_recall(c);

	for (size_t i = 0; i < c->count; i++) {
		struct entry *e = &c->entries[i];

		if (e->activity == ACT_MEASURING &&
			now_ms - e->measure_ms > (int64_t)(MEASURE_LIMIT_MS * host_time_scale())) {
			e->panels_fresh = e->panels_wanted;
			job_measure(c, i);
			changed = true;
		}
	}
	return changed;
}

const struct phase *checklist_phase(const struct checklist *c)
{
	return c->o.phase;
}

const char *checklist_run(const struct checklist *c)
{
	return c->run;
}

bool checklist_settled(const struct checklist *c)
{
	return c->runs_asked == 0 && (!c->recall || c->recalled);
}

size_t checklist_count(const struct checklist *c)
{
	return c->count;
}

int checklist_running(const struct checklist *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->entries[i].state == STEP_RUNNING || c->entries[i].activity >= ACT_RECORDING)
			return (int)i;
	return -1;
}

/* What has left something behind; an undo that did not get through may be tried again. */
static bool can_undo(const struct checklist *c, const struct entry *e)
{
	enum job_result result;

	if (!e->step->undoable || c->o.read_only || !e->job || !e->status || e->activity > ACT_READY)
		return false;
	if (e->status->state != JOB_DONE && e->status->state != JOB_LOST)
		return false;
	result = e->status->result;
	if (e->job_is_undo)
		return result != RESULT_OK && e->undo_try < UNDO_TRIES_MAX;
	return result != RESULT_CHANGED && result != RESULT_UNCHANGED && result != RESULT_UNDONE;
}

void checklist_step(const struct checklist *c, size_t i, struct step_view *out)
{
	const struct entry *e = &c->entries[i];

	*out = (struct step_view){
		.step = e->step,
		.state = e->state,
		.failure = e->failure,
		.activity = e->activity,
		.reason = e->reason,
		.plan = e->plan,
		.plan_ms = e->plan_ms,
		.says = (const char *const *)e->says,
		.nsays = e->nsays,
		.preflight_output = e->preflight_output,
		.check_output = e->check_output,
		.job = e->job,
		.status = e->status,
		.started_ms = e->started_ms,
		.ended_ms = e->ended_ms,
		.last_output_ms = e->last_output_ms,
		.asked_ms = e->asked_ms,
		.limit_s = e->limit_s,
		.attempt = e->attempt,
		.can_undo = can_undo(c, e),
		.volatile_place = e->status && e->status->volatile_place,
		.choices_of = e->choices_there ? e->choice_param : NULL,
		.choices_why = e->choices_why,
		.choices = e->choices,
		.nchoices = e->nchoices,
		.notes = e->notes,
		.nnotes = e->nnotes,
		.params = (const char *const *)e->params_shown,
		.as_last_time = e->as_last_time,
	};
}

size_t checklist_ncriteria(const struct checklist *c)
{
	return c->o.phase->ncriteria;
}

void checklist_criterion(const struct checklist *c, size_t i, struct criterion_view *out)
{
	out->criterion = c->crits[i].criterion;
	out->verdict = c->crits[i].verdict;
	out->why = c->crits[i].why ? c->crits[i].why : "";
}

const char *checklist_output(const struct checklist *c, size_t i)
{
	return buf_str(&c->entries[i].output);
}

const char *step_state_word(enum step_state s, enum step_failure f)
{
	switch (s) {
	case STEP_TODO:
		return _("to do");
	case STEP_BLOCKED:
		return _("blocked");
	case STEP_SATISFIED:
		return _("satisfied");
	case STEP_RUNNING:
		return _("running");
	case STEP_DONE:
		return _("done");
	case STEP_FAILED:
		if (f == FAILURE_UNCHANGED)
			return _("failed, nothing changed");
		return f == FAILURE_UNDONE ? _("failed, put back") : _("failed, half-done");
	case STEP_INTERRUPTED:
		return _("interrupted");
	case STEP_SKIPPED:
		return _("skipped");
	case STEP_DEFERRED:
		return _("deferred");
	}
	return "?";
}

const char *step_state_sign(enum step_state s, bool ascii)
{
	static const char *const plain[] = {".", "!", "=", ">", "+", "x", "?", "-", "~"};
	static const char *const nice[] = {"○", "⊘", "≡", "▶", "✓", "✗", "?", "–", "…"};

	return ascii ? plain[s] : nice[s];
}
