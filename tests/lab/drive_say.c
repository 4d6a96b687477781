/* drive_say: what the driver answers: words for machines, the same in every language. */
#include "tests/lab/drive.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/link.h"
#include "base/clock.h"
#include "base/digest.h"
#include "runbook/store.h"

static const char *const state_names[] = {"todo", "blocked", "satisfied", "running", "done", "failed",
	"interrupted", "skipped", "deferred"};
static const char *const failure_names[] = {"none", "unchanged", "undone", "half"};
static const char *const activity_names[] = {"idle", "preflight", "check", "plan", "ready", "recording",
	"starting", "running", "undoing", "measuring", "booting", "looking"};
static const char *const job_names[] = {"none", "staged", "running", "done", "lost"};
static const char *const result_names[] = {
	"none", "ok", "changed", "unchanged", "undone", "half", "cancelled", "timeout"};
static const char *const part_names[] = {"plan", "apply", "verify", "undo"};
static const char *const link_names[] = {
	"idle", "resolving", "connecting", "host-key", "authenticating", "up", "lost", "stopped"};
static const char *const root_names[] = {"none", "opening", "password", "up", "refused", "never"};

static void add_job(cJSON *o, const struct step_view *v)
{
	const struct job_status *s = v->status;
	cJSON *parts;

	cJSON_AddStringToObject(o, "job", v->job ? v->job : "");
	if (!s)
		return;
	cJSON_AddStringToObject(o, "job_state", job_names[s->state]);
	cJSON_AddStringToObject(o, "result", result_names[s->result]);
	cJSON_AddStringToObject(o, "part", part_names[s->part]);
	parts = cJSON_AddObjectToObject(o, "parts");
	for (int i = 0; i < PART_COUNT; i++)
		cJSON_AddNumberToObject(parts, part_names[i], s->part_status[i]);
}

static void add_step(cJSON *o, const struct drive *d, size_t i)
{
	struct step_view v;
	char digest[DIGEST_HEX];
	cJSON *list;

	checklist_step(d->checklist, i, &v);
	cJSON_AddStringToObject(o, "step", v.step->id);
	cJSON_AddStringToObject(o, "state", state_names[v.state]);
	cJSON_AddStringToObject(o, "failure", failure_names[v.failure]);
	cJSON_AddStringToObject(o, "activity", activity_names[v.activity]);
	cJSON_AddStringToObject(o, "reason", v.reason);
	cJSON_AddNumberToObject(o, "attempt", v.attempt);
	cJSON_AddBoolToObject(o, "can_undo", v.can_undo);
	cJSON_AddBoolToObject(o, "volatile", v.volatile_place);
	add_job(o, &v);
	list = cJSON_AddArrayToObject(o, "says");
	for (size_t k = 0; k < v.nsays; k++)
		cJSON_AddItemToArray(list, cJSON_CreateString(v.says[k]));
	list = cJSON_AddObjectToObject(o, "params");
	for (size_t k = 0; k < v.step->nparams; k++)
		cJSON_AddStringToObject(list, v.step->params[k].name, v.params[k]);
	list = cJSON_AddArrayToObject(o, "choices");
	for (size_t k = 0; v.choices_of && k < v.nchoices; k++)
		cJSON_AddItemToArray(list, cJSON_CreateString(v.choices[k].value));
	if (v.plan) {
		digest_hex(v.plan, strlen(v.plan), digest);
		cJSON_AddStringToObject(o, "plan", v.plan);
		cJSON_AddStringToObject(o, "digest", digest);
	}
	cJSON_AddStringToObject(o, "output", checklist_output(d->checklist, i));
}

static cJSON *answer(const struct drive *d, const char *command, int r, const struct err *e)
{
	const char *run = checklist_run(d->checklist);
	cJSON *o = cJSON_CreateObject();

	cJSON_AddStringToObject(o, "command", command);
	cJSON_AddBoolToObject(o, "ok", r == 0);
	cJSON_AddStringToObject(o, "error", r == 0 ? "" : e->text);
	cJSON_AddStringToObject(o, "link", link_names[d->link_state]);
	cJSON_AddStringToObject(o, "link_text", d->link_text ? d->link_text : "");
	cJSON_AddStringToObject(o, "root", root_names[d->root]);
	cJSON_AddStringToObject(o, "root_text", d->root_text ? d->root_text : "");
	cJSON_AddBoolToObject(o, "lock", d->lock_ours);
	cJSON_AddStringToObject(o, "holder", d->lock_holder ? d->lock_holder : "");
	cJSON_AddStringToObject(o, "run", run ? run : "");
	cJSON_AddStringToObject(o, "session", store_session(d->store));
	return o;
}

static void print(cJSON *o)
{
	char *line = cJSON_PrintUnformatted(o);

	puts(line);
	fflush(stdout);
	free(line);
	cJSON_Delete(o);
}

void drive_say(const struct drive *d, const char *command, int r, const struct err *e, int step)
{
	cJSON *o = answer(d, command, r, e);

	if (step >= 0)
		add_step(o, d, (size_t)step);
	print(o);
}

const struct fact *drive_fact(void *ctx, const char *name, double *age_s)
{
	const struct drive *d = ctx;

	for (int i = 0; i < PANEL_COUNT; i++) {
		const struct fact *f = d->panels[i] ? panel_find_fact(d->panels[i], name) : NULL;

		if (f) {
			*age_s = (double)(clock_ms() - d->panels[i]->taken_ms) / 1000;
			return f;
		}
	}
	return NULL;
}

void drive_say_fact(struct drive *d, const char *command, const char *name)
{
	struct err e = {.code = ERR_FAILED, .text = "nobody knows that figure"};
	double age_s = NAN;
	const struct fact *f = drive_fact(d, name, &age_s);
	cJSON *o = answer(d, command, f ? 0 : ERR_FAILED, &e);

	cJSON_AddStringToObject(o, "fact", name);
	if (f && !isnan(f->value))
		cJSON_AddNumberToObject(o, "value", f->value);
	if (f && f->text)
		cJSON_AddStringToObject(o, "text", f->text);
	print(o);
}

bool drive_is(const struct drive *d, size_t step, const struct want *wants, int n)
{
	struct step_view v;

	checklist_step(d->checklist, step, &v);
	for (int i = 0; i < n; i++) {
		const char *key = wants[i].key, *is = "";

		if (strcmp(key, "state") == 0)
			is = state_names[v.state];
		else if (strcmp(key, "failure") == 0)
			is = failure_names[v.failure];
		else if (strcmp(key, "activity") == 0)
			is = activity_names[v.activity];
		else if (strcmp(key, "job") == 0)
			is = v.status ? job_names[v.status->state] : "none";
		else if (strcmp(key, "part") == 0)
			is = v.status ? part_names[v.status->part] : "none";
		else if (strcmp(key, "run") == 0)
			is = checklist_run(d->checklist) ? checklist_run(d->checklist) : "";
		if (strcmp(is, wants[i].value) != 0)
			return false;
	}
	return true;
}
