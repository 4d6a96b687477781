/* checklist_resume: an open run on the server is taken up again where it stands. */
#include "runbook/checklist_private.h"

#include <stdlib.h>
#include <string.h>

#include "backends/data.h"
#include "backends/host.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"

#define ORDERS (UNDO_TRIES_MAX + 1) /* of one attempt: itself, and its undos */

/* RUN.STEP.ATTEMPT, RUN.STEP.ATTEMPT.undo or RUN.STEP.ATTEMPT.TRY.undo as numbers: later ones are larger. */
static int job_order(const struct checklist *c, const struct entry *e, const char *job)
{
	const char *p = job + strlen(c->run) + 1 + strlen(e->step->id) + 1;
	char *end;
	long n = strtol(p, &end, 10), undo = 1;

	if (end == p || n < 1 || n > 100000)
		return -1;
	if (!*end)
		return (int)n * ORDERS;
	if (end[0] == '.' && end[1] >= '0' && end[1] <= '9')
		undo = strtol(end + 1, &end, 10);
	if (strcmp(end, ".undo") != 0 || undo < 1 || undo > UNDO_TRIES_MAX)
		return -1;
	return (int)(n * ORDERS + undo);
}

/* The reason an earlier session recorded with the job's end, or NULL when no journal here has its
 * end. */
static const char *recorded_end(const struct checklist *c, const char *job)
{
	const char *reason = NULL;
	size_t n;
	const struct recalled *items = recall_items(c->recall, &n);

	for (size_t k = 0; k < n; k++)
		if (items[k].kind == RECALLED_ENDED && strcmp(items[k].subject, job) == 0)
			reason = items[k].text;
	return reason;
}

static void adopt(struct entry *e, const char *job, int order)
{
	free(e->job);
	e->job = xstrdup(job);
	e->attempt = order / ORDERS;
	e->undo_try = order % ORDERS;
	e->job_is_undo = e->undo_try > 0;
	FREE(e->status);
	buf_reset(&e->output);
	e->raw_offset = 0;
	e->fetching = false;
	e->started_ms = e->last_output_ms = clock_ms();
}

static void take_up(struct checklist *c, const struct job_status *s)
{
	int i = entry_of_job(c, s->id), order, have = -1;
	const char *reason;
	struct entry *e;

	if (i < 0)
		return;
	e = &c->entries[i];
	order = job_order(c, e, s->id);
	if (e->job)
		have = job_order(c, e, e->job);
	if (order < 0 || order <= have)
		return;
	adopt(e, s->id, order);
	reason = recorded_end(c, s->id);
	if (s->state == JOB_DONE && reason) {
		entry_keep_status(e, s);
		e->state = state_of_job(s, e->job_is_undo, &e->failure);
		entry_reason(e, reason);
		e->fetching = true;
		return;
	}
	e->state = STEP_RUNNING;
	e->activity = ACT_STARTING;
}

/* A journal says "about to run", and the server has no trace of it: looked at, never run again
 * blindly. */
static void missing_jobs(struct checklist *c, const struct run_info *run, bool as_root)
{
	size_t n;
	const struct recalled *items = recall_items(c->recall, &n);

	for (size_t k = 0; k < n; k++) {
		int i = items[k].kind == RECALLED_STARTED ? entry_of_job(c, items[k].subject) : -1,
		    order, have;
		struct entry *e;
		bool there = false;

		for (size_t j = 0; j < run->njobs && !there; j++)
			there = strcmp(run->jobs[j].id, items[k].subject) == 0;
		if (i < 0 || there)
			continue;
		e = &c->entries[i];
		order = job_order(c, e, items[k].subject);
		have = e->job ? job_order(c, e, e->job) : -1;
		if (order <= have || recorded_end(c, items[k].subject))
			continue;
		if (e->step->root && c->root_up && !as_root)
			continue; /* root's answer is on its way */
		if (e->step->root && !c->root_up) {
			/* only root may see what became of it: asked again when the root shell is up */
			e->state = STEP_INTERRUPTED;
			e->root_knows = true;
			entry_reason(e, _("an earlier session started it; only root can see what "
					  "became of it: press S"));
			continue;
		}
		adopt(e, items[k].subject, order);
		e->state = STEP_INTERRUPTED;
		prepare_look(c, (size_t)i);
	}
}

static void resume_run(struct checklist *c, const char *id)
{
	char *state_dir = data_state_dir();

	free(c->run);
	c->run = text_dup(id);
	cJSON *fields = record_new(c, NULL);
	cJSON_AddStringToObject(fields, "phase_digest", c->o.phase->digest);
	cJSON_AddStringToObject(fields, "title", words_get(&c->o.phase->title));
	cJSON_AddBoolToObject(fields, "resumed", true);
	store_record(c->o.store, "run-open", fields);
	recall_free(c->recall);
	c->recalled = false;
	c->recall = recall_new(state_dir, c->o.host->name, c->run, store_session(c->o.store));
	free(state_dir);
}

static const struct run_info *open_run(const struct checklist *c, const struct server_event *ev)
{
	const struct run_info *run = NULL;

	for (size_t k = 0; k < ev->u.runs.nruns; k++) {
		const struct run_info *r = &ev->u.runs.runs[k];

		if (r->phase && strcmp(r->phase, c->o.phase->id) == 0 &&
			strcmp(r->state, "open") == 0)
			run = r;
	}
	return run;
}

static bool follows(const struct entry *e)
{
	return e->activity >= ACT_STARTING && e->activity <= ACT_UNDOING;
}

/* What the server holds: an open run of this phase is taken up again where it stands. */
bool job_runs(struct checklist *c, const struct server_event *ev)
{
	const struct run_info *run;
	bool as_root = c->root_up && c->runs_blind == 0;

	c->runs_asked -= c->runs_asked > 0;
	c->runs_blind -= c->runs_blind > 0;
	if (ev->u.runs.status != 0 || c->stage == STAGE_RUN)
		return false;
	run = open_run(c, ev);
	if (!run)
		return false;
	if (!c->run || strcmp(c->run, run->id) != 0)
		resume_run(c, run->id);
	if (c->recall && !c->recalled)
		return true; /* asked again when the journals are read */
	for (size_t k = 0; c->recall && k < run->njobs; k++)
		take_up(c, &run->jobs[k]);
	if (c->recall)
		missing_jobs(c, run, as_root);
	for (size_t i = 0; i < c->count; i++) {
		struct entry *e = &c->entries[i];

		if (e->job && (follows(e) || e->fetching) &&
			!(c->active == (int)i && c->stage == STAGE_START))
			server_job_follow(c->o.server, e->job, e->step->root, e->raw_offset);
	}
	return true;
}

void checklist_resume(struct checklist *c)
{
	if (!c->link_up)
		return;
	c->runs_asked++;
	server_runs(c->o.server);
}
