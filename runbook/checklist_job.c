/*
 * checklist_job: from "yes" to a job on the server, and what becomes of it.
 *
 *   confirm ─ lock ours? ─ run open? ─ "about to run" on disk ─ server_job_start ─ … ─ DONE ─
 * measure ─ record
 *
 * Each arrow waits for an event; whatever is lost on the way before server_job_start() has changed
 * nothing, and after it the server's folder of the job's ID is the truth that is asked for.
 */
#include "runbook/checklist_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"

enum step_state step_state_of_job(const struct job_status *j, enum step_failure *failure)
{
	*failure = FAILURE_NONE;
	switch (j->state) {
	case JOB_NONE:
	case JOB_LOST:
		return STEP_INTERRUPTED;
	case JOB_STAGED:
	case JOB_RUNNING:
		return STEP_RUNNING;
	case JOB_DONE:
		break;
	}
	switch (j->result) {
	case RESULT_OK:
		return STEP_DONE;
	case RESULT_CHANGED:
		return STEP_BLOCKED;
	case RESULT_UNCHANGED:
		*failure = FAILURE_UNCHANGED;
		return STEP_FAILED;
	case RESULT_UNDONE:
		*failure = FAILURE_UNDONE;
		return STEP_FAILED;
	case RESULT_NONE:
		return STEP_INTERRUPTED;
	case RESULT_HALF:
	case RESULT_CANCELLED:
	case RESULT_TIMEOUT:
		*failure = FAILURE_HALF;
		return STEP_FAILED;
	}
	return STEP_INTERRUPTED;
}

enum step_state state_of_job(const struct job_status *j, bool undo, enum step_failure *failure)
{
	enum step_state state = step_state_of_job(j, failure);

	if (!undo)
		return state;
	if (state == STEP_DONE)
		return STEP_TODO;
	if (state == STEP_FAILED && *failure == FAILURE_UNCHANGED) {
		*failure = FAILURE_NONE;
		return STEP_DONE;
	}
	return state;
}

static const char *result_reason(const struct job_status *j, bool undo)
{
	switch (j->result) {
	case RESULT_OK:
		return undo ? _("put back, as before") : "";
	case RESULT_CHANGED:
		return _("the server changed since the plan was shown: nothing was run; look at "
			 "the new plan");
	case RESULT_UNCHANGED:
		return undo ? _("the undo said no and changed nothing: the step stands; read why "
				"in the output")
			    : _("it failed, and nothing on the server is changed");
	case RESULT_UNDONE:
		return _("it failed and was put back as it was before");
	case RESULT_HALF:
		return undo ? _("the undo failed: the server is half-way; read the output")
			    : _("it failed and was not put back; read the output");
	case RESULT_CANCELLED:
		return _("cancelled while it ran: what it had done stands; undo (u) puts it back");
	case RESULT_TIMEOUT:
		return _("ended at its time limit: what it had done stands; undo (u) puts it back");
	case RESULT_NONE:
		break;
	}
	return _("the server knows no result");
}

/* Nothing was started: back to where the operator can decide again. */
void job_abort(struct checklist *c, const char *why)
{
	struct entry *e;

	if (c->active < 0)
		return;
	e = &c->entries[c->active];
	e->activity = ACT_IDLE;
	entry_clear_plan(e);
	entry_reasonf(e, _("not started: %s"), why);
	record_step(c, (size_t)c->active);
	c->stage = STAGE_NONE;
	c->active = -1;
	c->ticket = 0;
}

static char *run_meta(const struct checklist *c)
{
	cJSON *o = cJSON_CreateObject();
	char *line;

	cJSON_AddStringToObject(o, "phase", c->o.phase->id);
	cJSON_AddStringToObject(o, "phase_digest", c->o.phase->digest);
	cJSON_AddStringToObject(o, "session", store_session(c->o.store));
	line = cJSON_PrintUnformatted(o);
	cJSON_Delete(o);
	return line;
}

/* "1-foundation-1.extend-lvm.2", that attempt's "….2.undo", or when that did not get through "….2.2.undo". Owned. */
static char *next_job(const struct checklist *c, const struct entry *e)
{
	if (c->starting_undo && e->undo_try == 0)
		return xasprintf("%s.%s.%d.undo", c->run, e->step->id, e->attempt);
	if (c->starting_undo)
		return xasprintf("%s.%s.%d.%d.undo", c->run, e->step->id, e->attempt, e->undo_try + 1);
	return xasprintf("%s.%s.%d", c->run, e->step->id, e->attempt + 1);
}

/* The lock is ours and a run is open: write down what is about to happen. */
static void stage_record(struct checklist *c)
{
	struct entry *e = &c->entries[c->active];
	char *job = next_job(c, e);

	c->stage = STAGE_RECORD;
	if (!c->starting_undo)
		record_facts(c, (size_t)c->active, "before", job);
	c->ticket = record_job_start(c, (size_t)c->active, job);
	free(job);
	if (c->ticket == 0)
		job_abort(c, _("the journal cannot be written"));
}

/* SERVER_LOCK came, or the lock was ours already. */
bool job_lock(struct checklist *c)
{
	if (c->stage != STAGE_LOCK)
		return false;
	if (!c->lock_ours) {
		char *why = xasprintf(_("another console holds the lock: %s (:lock takes it over)"),
			c->lock_holder ? c->lock_holder : "?");

		job_abort(c, why);
		free(why);
		return true;
	}
	if (!c->run) {
		char *meta = run_meta(c);

		c->stage = STAGE_RUN;
		server_run_open(c->o.server, c->o.phase->id, meta);
		free(meta);
		return true;
	}
	stage_record(c);
	return true;
}

/* Answer to server_run_open or server_run_close. */
bool job_run(struct checklist *c, const struct server_event *ev)
{
	if (c->stage != STAGE_RUN)
		return false;
	if (ev->u.run.status != 0 || !ev->u.run.id) {
		job_abort(c, ev->u.run.text ? ev->u.run.text
					    : _("no run could be opened on the server"));
		return true;
	}
	free(c->run);
	c->run = text_dup(ev->u.run.id);
	cJSON *fields = record_new(c, NULL);
	cJSON_AddStringToObject(fields, "phase_digest", c->o.phase->digest);
	cJSON_AddStringToObject(fields, "title", words_get(&c->o.phase->title));
	store_record(c->o.store, "run-open", fields);
	record_all_facts(c, "start");
	stage_record(c);
	return true;
}

static char *job_meta(const struct checklist *c, const struct entry *e)
{
	cJSON *o = cJSON_CreateObject();
	char *line;

	cJSON_AddStringToObject(o, "phase", c->o.phase->id);
	cJSON_AddStringToObject(o, "phase_digest", c->o.phase->digest);
	cJSON_AddStringToObject(o, "step", e->step->id);
	cJSON_AddStringToObject(o, "script_digest", e->step->script_digest);
	cJSON_AddStringToObject(o, "plan_digest", e->plan_digest);
	cJSON_AddStringToObject(o, "session", store_session(c->o.store));
	line = cJSON_PrintUnformatted(o);
	cJSON_Delete(o);
	return line;
}

static void start(struct checklist *c)
{
	struct entry *e = &c->entries[c->active];
	char *job = next_job(c, e), *meta = job_meta(c, e), *params = entry_assignments(e);
	/* A job of which the server has no trace has no result to wait for. */
	bool known = e->job && e->status && e->status->state != JOB_NONE;
	char *previous = known ? xstrdup(e->job) : NULL;
	struct job_spec spec = {
		.id = job,
		.previous = previous,
		.undo = c->starting_undo,
		.undo_on_failure = e->step->undo_on_failure,
		.root = e->step->root,
		.step = e->step->script,
		.params = params,
		.plan_digest = c->starting_undo ? "" : e->plan_digest,
		.journal_head = c->head,
		.meta = meta,
		.timeout_s = e->step->timeout_s,
		.grace_s = e->step->grace_s,
		.dead_man_s = e->step->dead_man_s,
	};

	free(e->job_before);
	free(e->status_before);
	e->job_before = e->job;
	e->status_before = e->status;
	e->state_before = e->state;
	e->status = NULL;
	e->undo_try = c->starting_undo ? e->undo_try + 1 : 0;
	if (!c->starting_undo)
		e->attempt++;
	e->job = job;
	e->job_is_undo = c->starting_undo;
	buf_reset(&e->output);
	e->raw_offset = 0;
	e->started_ms = e->last_output_ms = clock_ms();
	e->ended_ms = 0;
	e->state = STEP_RUNNING;
	e->activity = ACT_STARTING;
	c->stage = STAGE_START;
	server_job_start(c->o.server, &spec);
	explicit_bzero(params, strlen(params));
	free(params);
	free(meta);
	free(previous);
}

bool job_written(struct checklist *c, const struct store_event *ev)
{
	memcpy(c->head, ev->head, sizeof(c->head));
	if (c->stage != STAGE_RECORD || ev->ticket != c->ticket)
		return false;
	if (!c->link_up) {
		job_abort(c, _("the link was lost before anything was started"));
		return true;
	}
	start(c);
	return true;
}

/* A shallow copy is enough for a view: marks and lists stay with the event. */
void entry_keep_status(struct entry *e, const struct job_status *s)
{
	struct job_status *copy = xcalloc(1, sizeof(*copy));

	*copy = *s;
	copy->id = e->job;
	copy->refused = copy->meta = copy->journal_head = NULL;
	copy->marks = NULL;
	copy->nmarks = 0;
	free(e->status);
	e->status = copy;
}

/* The step stands as it did, and can still be undone. */
static void undo_refused(struct entry *e)
{
	e->job = e->job_before;
	e->status = e->status_before;
	e->state = e->state_before;
	e->job_before = NULL;
	e->status_before = NULL;
	e->job_is_undo = --e->undo_try > 0;
	if (e->status)
		e->status->id = e->job;
}

static void refused(struct checklist *c, size_t i, const struct job_status *s)
{
	struct entry *e = &c->entries[i];

	c->lock_ours = false; /* another console may have taken it: asked for again before the next start */
	e->activity = ACT_IDLE;
	e->ended_ms = clock_ms();
	entry_reasonf(e, _("not started: %s"), s->refused);
	entry_clear_plan(e);
	FREE(e->job);
	FREE(e->status);
	if (e->job_is_undo) {
		undo_refused(e);
	} else {
		e->attempt--;
		e->state = STEP_BLOCKED;
	}
	record_step(c, i);
}

/* Fresh figures first, so that "after" is after. */
static void start_measuring(struct checklist *c, size_t i)
{
	struct entry *e = &c->entries[i];

	e->activity = ACT_MEASURING;
	e->measure_ms = clock_ms();
	e->panels_wanted = e->panels_fresh = 0;
	for (size_t k = 0; k < e->step->nfacts; k++) {
		const struct fact_def *d = fact_def_find(e->step->facts[k]);

		if (d && !(e->panels_wanted & 1u << d->panel)) {
			e->panels_wanted |= 1u << d->panel;
			server_refresh(c->o.server, d->panel);
		}
	}
	job_measure(c, i);
}

void job_measure(struct checklist *c, size_t i)
{
	struct entry *e = &c->entries[i];

	if ((e->panels_fresh & e->panels_wanted) != e->panels_wanted)
		return;
	e->activity = ACT_IDLE;
	record_facts(c, i, "after", e->job);
	checklist_judge(c);
	record_step(c, i);
}

static void ended(struct checklist *c, size_t i, const struct job_status *s)
{
	struct entry *e = &c->entries[i];
	enum step_failure failure;
	enum step_state state = state_of_job(s, e->job_is_undo, &failure);

	e->ended_ms = clock_ms();
	if (!isnan(s->started) && !isnan(s->ended))
		e->started_ms = e->ended_ms - (int64_t)((s->ended - s->started) * 1000);
	entry_clear_says(e); /* the plan's words are over; what the job said counts now */
	entry_marks(c, e, s->marks, s->nmarks);
	entry_reason(e, result_reason(s, e->job_is_undo));
	e->state = state;
	e->failure = failure;
	store_output_end(c->o.store, e->job);
	record_job(c, i);
	if (state == STEP_INTERRUPTED)
		prepare_look(c, i);
	else
		start_measuring(c, i);
}

bool job_event(struct checklist *c, const struct job_status *s)
{
	int i = entry_of_job(c, s->id);
	struct entry *e;
	bool was_over;

	if (i < 0)
		return false;
	e = &c->entries[i];
	if (!e->job || strcmp(e->job, s->id) != 0)
		return false;
	if (c->active == i && c->stage == STAGE_START) {
		c->stage = STAGE_NONE;
		c->active = -1;
	}
	if (s->refused) {
		refused(c, (size_t)i, s);
		return true;
	}
	was_over = e->status && (e->status->state == JOB_DONE || e->status->state == JOB_LOST);
	entry_keep_status(e, s);
	if (was_over) {
		e->fetching = e->fetching && s->state != JOB_DONE && s->state != JOB_LOST;
		return true;
	}
	if (s->state == JOB_STAGED || s->state == JOB_RUNNING) {
		if (e->activity == ACT_STARTING || e->activity == ACT_IDLE)
			record_job(c, (size_t)i);
		e->state = STEP_RUNNING;
		e->activity = e->job_is_undo ? ACT_UNDOING : ACT_RUNNING;
		return true;
	}
	ended(c, (size_t)i, s);
	return true;
}

bool job_output(struct checklist *c, const struct job_out *out)
{
	int i = entry_of_job(c, out->id);
	struct entry *e;

	if (i < 0 || !c->entries[i].job || strcmp(c->entries[i].job, out->id) != 0)
		return false;
	e = &c->entries[i];
	if (out->raw_offset <= e->raw_offset && e->raw_offset > 0)
		return false; /* seen before the link was lost */
	e->raw_offset = out->raw_offset;
	e->last_output_ms = clock_ms();
	if (!e->fetching) /* else the journal of the session that followed it has it */
		store_output(c->o.store, out->id, out->data, out->len, out->raw_offset);
	text_clean_lines(&e->output, out->data, out->len, OUTPUT_SHOWN_MAX);
	if (e->output.len > OUTPUT_SHOWN_MAX)
		buf_drain(&e->output, e->output.len - OUTPUT_SHOWN_MAX);
	return true;
}

int checklist_close(struct checklist *c, bool finished, const char *reason, struct err *err)
{
	if (c->o.read_only)
		return err_set(err, ERR_REFUSED, "%s", _("this console only watches (read-only)"));
	if (!c->run)
		return err_set(err, ERR_REFUSED, "%s", _("no run is open: confirm a step first"));
	if (checklist_running(c) >= 0)
		return err_set(err, ERR_REFUSED, "%s",
			_("a step is running: wait for it or cancel it first"));
	if (!c->link_up)
		return err_set(err, ERR_LINK, "%s",
			_("the link is down: the run can be closed when it is back"));
	if (!finished && (!reason || !*reason))
		return err_set(
			err, ERR_USAGE, "%s", _("a reason is needed: it stands in the report"));
	record_all_facts(c, "end");
	for (size_t k = 0; k < c->o.phase->ncriteria; k++)
		record_criterion(c, k, NULL);
	cJSON *fields = record_new(c, NULL);
	cJSON_AddStringToObject(fields, "state", finished ? "finished" : "abandoned");
	cJSON_AddStringToObject(fields, "reason", reason ? reason : "");
	store_record(c->o.store, "run-close", fields);
	char *meta = run_meta(c);
	server_run_close(c->o.server, c->run, finished ? "finished" : "abandoned", meta);
	free(meta);
	free(c->closed_run);
	c->closed_run = c->run;
	c->run = NULL;
	return 0;
}
