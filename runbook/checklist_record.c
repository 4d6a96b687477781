/* checklist_record: what of a run goes into the journal. Kinds and fields: doc/journal.md. */
#include "runbook/checklist_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

cJSON *record_new(const struct checklist *c, const struct entry *e)
{
	cJSON *o = cJSON_CreateObject();

	if (c->run)
		cJSON_AddStringToObject(o, "run", c->run);
	cJSON_AddStringToObject(o, "phase", c->o.phase->id);
	if (e) {
		cJSON_AddStringToObject(o, "step", e->step->id);
		cJSON_AddStringToObject(o, "title", words_get(&e->step->title));
	}
	return o;
}

static void add_params(cJSON *o, const struct entry *e)
{
	cJSON *params = cJSON_AddObjectToObject(o, "params");

	for (size_t k = 0; k < e->step->nparams; k++)
		cJSON_AddStringToObject(params, e->step->params[k].name, e->params_shown[k]);
}

void record_prepare(struct checklist *c, size_t i, const char *part, const struct probe_answer *a)
{
	struct entry *e = &c->entries[i];
	cJSON *o = record_new(c, e);
	struct buf b;

	buf_init(&b, 0);
	text_clean_lines(&b, a->output, a->len, (size_t)256 << 10);
	cJSON_AddStringToObject(o, "part", part);
	cJSON_AddNumberToObject(o, "status", a->status);
	cJSON_AddStringToObject(o, "output", buf_str(&b));
	cJSON_AddStringToObject(o, "digest", a->digest);
	cJSON_AddNumberToObject(o, "took_ms", (double)a->took_ms);
	cJSON *says = cJSON_AddArrayToObject(o, "says");
	for (size_t k = 0; k < e->nsays; k++)
		cJSON_AddItemToArray(says, cJSON_CreateString(e->says[k]));
	add_params(o, e);
	buf_clear(&b);
	store_record(c->o.store, "prepare", o);
}

/* Words for machines, the same in every language. */
static const char *const state_names[] = {"todo", "blocked", "satisfied", "running", "done",
	"failed", "interrupted", "skipped", "deferred"};
static const char *const failure_names[] = {"none", "unchanged", "undone", "half"};
static const char *const job_names[] = {"none", "staged", "running", "done", "lost"};
static const char *const result_names[] = {
	"none", "ok", "changed", "unchanged", "undone", "half", "cancelled", "timeout"};
static const char *const verdict_names[] = {"unknown", "met", "not met", "attested", "deferred"};

void record_step(struct checklist *c, size_t i)
{
	struct entry *e = &c->entries[i];
	cJSON *o = record_new(c, e);

	cJSON_AddStringToObject(o, "state", state_names[e->state]);
	cJSON_AddStringToObject(o, "failure", failure_names[e->failure]);
	cJSON_AddStringToObject(o, "reason", e->reason);
	if (e->job)
		cJSON_AddStringToObject(o, "job", e->job);
	cJSON_AddNumberToObject(o, "attempt", e->attempt);
	if (e->ended_ms > 0 && e->job)
		cJSON_AddNumberToObject(o, "duration_ms", (double)(e->ended_ms - e->started_ms));
	store_record(c->o.store, "step", o);
}

void record_job(struct checklist *c, size_t i)
{
	static const char *const part_names[PART_COUNT] = {"plan", "apply", "verify", "undo"};
	struct entry *e = &c->entries[i];
	cJSON *o = record_new(c, e);

	cJSON_AddStringToObject(o, "job", e->job);
	cJSON_AddStringToObject(o, "state", job_names[e->status->state]);
	cJSON_AddStringToObject(o, "result", result_names[e->status->result]);
	cJSON *parts = cJSON_AddObjectToObject(o, "parts");
	for (int p = 0; p < PART_COUNT; p++)
		if (e->status->part_status[p] >= 0)
			cJSON_AddNumberToObject(parts, part_names[p], e->status->part_status[p]);
	if (!isnan(e->status->started))
		cJSON_AddNumberToObject(o, "started", e->status->started);
	if (!isnan(e->status->ended))
		cJSON_AddNumberToObject(o, "ended", e->status->ended);
	cJSON_AddNumberToObject(o, "out_size", (double)e->status->out_size);
	cJSON *says = cJSON_AddArrayToObject(o, "says");
	for (size_t k = 0; k < e->nsays; k++)
		cJSON_AddItemToArray(says, cJSON_CreateString(e->says[k]));
	store_record(c->o.store, "job-state", o);
}

/* "phase.read-speed.*" stands for every figure whose name begins so. */
static bool name_fits(const char *pattern, const char *name)
{
	size_t n = strlen(pattern);

	if (n > 0 && pattern[n - 1] == '*')
		return strncmp(pattern, name, n - 1) == 0;
	return strcmp(pattern, name) == 0;
}

void record_meaning(
	const struct checklist *c, const char *name, enum unit *unit, const char **label)
{
	const struct fact_def *d = fact_def_find(name);

	*unit = d ? d->unit : UNIT_NUMBER;
	*label = d ? d->label : NULL;
	for (size_t k = 0; k < c->o.phase->nfacts; k++)
		if (name_fits(c->o.phase->facts[k].name, name)) {
			*unit = c->o.phase->facts[k].unit;
			*label = words_get(&c->o.phase->facts[k].label);
		}
}

static void add_fact(const struct checklist *c, cJSON *facts, const char *name)
{
	double age_s = NAN;
	const struct fact *f = checklist_fact(c, name, &age_s);
	char words[FACT_TEXT_SIZE];
	const char *label;
	enum unit unit;
	cJSON *o;

	if (cJSON_GetObjectItemCaseSensitive(facts, name))
		return;
	record_meaning(c, name, &unit, &label);
	o = cJSON_AddObjectToObject(facts, name);
	if (f && !isnan(f->value))
		cJSON_AddNumberToObject(o, "value", f->value);
	else
		cJSON_AddNullToObject(o, "value");
	cJSON_AddStringToObject(o, "unit", unit_name(unit));
	cJSON_AddStringToObject(
		o, "text", fact_format(unit, f ? f->value : NAN, f ? f->text : NULL, words));
	if (label)
		cJSON_AddStringToObject(o, "label", label);
	if (f && !isnan(age_s))
		cJSON_AddNumberToObject(o, "age_s", age_s);
}

/* The figure of that name, or all that a pattern stands for and that a step has recorded. */
static void add_facts(const struct checklist *c, cJSON *facts, const char *pattern)
{
	if (*pattern && pattern[strlen(pattern) - 1] != '*') {
		add_fact(c, facts, pattern);
		return;
	}
	for (size_t k = 0; k < c->nown; k++)
		if (name_fits(pattern, c->own[k].fact.name))
			add_fact(c, facts, c->own[k].fact.name);
}

void record_facts(struct checklist *c, size_t i, const char *when, const char *job)
{
	struct entry *e = &c->entries[i];
	cJSON *o = record_new(c, e), *facts;

	cJSON_AddStringToObject(o, "when", when);
	cJSON_AddStringToObject(o, "job", job);
	facts = cJSON_AddObjectToObject(o, "facts");
	for (size_t k = 0; k < e->step->nfacts; k++)
		add_facts(c, facts, e->step->facts[k]);
	store_record(c->o.store, "facts", o);
}

void record_all_facts(struct checklist *c, const char *when)
{
	cJSON *o = record_new(c, NULL), *facts;

	cJSON_AddStringToObject(o, "when", when);
	facts = cJSON_AddObjectToObject(o, "facts");
	for (const struct fact_def *d = fact_defs; d->name; d++)
		add_fact(c, facts, d->name);
	for (size_t k = 0; k < c->o.phase->nfacts; k++)
		add_facts(c, facts, c->o.phase->facts[k].name);
	store_record(c->o.store, "facts", o);
}

void record_criterion(struct checklist *c, size_t k, const char *until)
{
	const struct crit *crit = &c->crits[k];
	cJSON *o = record_new(c, NULL);

	cJSON_AddStringToObject(o, "id", crit->criterion->id);
	cJSON_AddStringToObject(o, "title", words_get(&crit->criterion->title));
	cJSON_AddStringToObject(o, "verdict", verdict_names[crit->verdict]);
	if (crit->criterion->test)
		cJSON_AddStringToObject(o, "test", crit->criterion->test);
	cJSON_AddStringToObject(o, crit->decided ? "reason" : "why", crit->why ? crit->why : "");
	if (until && *until)
		cJSON_AddStringToObject(o, "until", until);
	store_record(c->o.store, "criterion", o);
}

void record_decision(
	struct checklist *c, size_t i, const char *kind, const char *reason, const char *until)
{
	struct entry *e = &c->entries[i];
	cJSON *o = record_new(c, e);

	if (reason)
		cJSON_AddStringToObject(o, "reason", reason);
	if (until && *until)
		cJSON_AddStringToObject(o, "until", until);
	store_record(c->o.store, kind, o);
}

/* "About to run": on disk before anything starts. Returns the store's ticket, 0 when it has failed.
 */
uint64_t record_job_start(struct checklist *c, size_t i, const char *job)
{
	struct entry *e = &c->entries[i];
	cJSON *o = record_new(c, e);

	cJSON_AddStringToObject(o, "job", job);
	cJSON_AddBoolToObject(o, "undo", c->starting_undo);
	cJSON_AddStringToObject(o, "plan_digest", c->starting_undo ? "" : e->plan_digest);
	cJSON_AddStringToObject(o, "script_digest", e->step->script_digest);
	cJSON_AddStringToObject(o, "command", c->starting_undo ? "undo" : "apply; verify");
	add_params(o, e);
	return store_record(c->o.store, "job-start", o);
}
