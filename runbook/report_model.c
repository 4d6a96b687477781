#include "runbook/report_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/json.h"

/* What is known while the records of one session are read. */
struct reader {
	struct rep *r;
	struct rep_session *session;
	const char *want;   /* run, or NULL */
	size_t at;          /* record's index in the journal */
	bool was_up;        /* what never was there cannot be lost */
	int64_t lost_since; /* mono_ms, or -1 */
};

static bool is(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

static const char *kind_of(const cJSON *record)
{
	return json_str(record, "kind");
}

int64_t rep_time(const cJSON *record)
{
	const char *time = json_str(record, "time");
	return time ? clock_parse_rfc3339(time) : -1;
}

/*
 * The run a record belongs to. What was prepared and answered before the run was opened belongs to the one
 * that is open for its phase then, else to the next that opens in the session. NULL: to none.
 */
static const char *run_of(const struct journal *j, size_t at)
{
	const cJSON *record = j->records[at];
	const char *run = json_str(record, "run"), *phase = json_str(record, "phase");
	if (run || !phase)
		return run;
	for (size_t i = at + 1; i < j->nrecords; i++)
		if (is(kind_of(j->records[i]), "run-open") &&
			is(json_str(j->records[i], "phase"), phase))
			return json_str(j->records[i], "run");
	return NULL;
}

static struct rep_run *run_get(struct rep *r, const char *id)
{
	for (size_t i = 0; i < r->nruns; i++)
		if (strcmp(r->runs[i].id, id) == 0)
			return &r->runs[i];
	r->runs = xrealloc(r->runs, r->nruns + 1, sizeof(*r->runs));
	struct rep_run *run = &r->runs[r->nruns++];
	*run = (struct rep_run){.id = id, .from_ms = -1, .to_ms = -1};
	return run;
}

static void read_run(struct rep *r, const cJSON *record, const char *id, bool open)
{
	struct rep_run *run = run_get(r, id);
	run->phase = json_str(record, "phase");
	if (open && (!run->open || !json_bool(record, "resumed", false))) {
		run->open = record;
		run->from_ms = rep_time(record);
	}
	if (open && json_str(record, "title"))
		run->title = json_str(record, "title");
	if (!open) {
		run->close = record;
		run->to_ms = rep_time(record);
	}
}

static struct rep_action *action_get(struct rep *r, const cJSON *record, const char *run)
{
	const char *step = json_str(record, "step");
	if (!step)
		return NULL;
	for (size_t i = 0; i < r->nactions; i++) {
		struct rep_action *a = &r->actions[i];
		if (strcmp(a->step, step) == 0 && (run ? is(a->run, run) : !a->run))
			return a;
	}
	r->actions = xrealloc(r->actions, r->nactions + 1, sizeof(*r->actions));
	struct rep_action *a = &r->actions[r->nactions++];
	*a = (struct rep_action){.run = run, .step = step, .title = step};
	a->phase = json_str(record, "phase");
	return a;
}

static struct rep_attempt *attempt_find(struct rep *r, const char *job)
{
	for (size_t i = 0; job && i < r->nactions; i++)
		for (size_t k = 0; k < r->actions[i].nattempts; k++)
			if (strcmp(r->actions[i].attempts[k].job, job) == 0)
				return &r->actions[i].attempts[k];
	return NULL;
}

static struct rep_attempt *attempt_get(struct reader *in, struct rep_action *a, const cJSON *record)
{
	const char *job = json_str(record, "job");
	struct rep_attempt *t = attempt_find(in->r, job);
	size_t n = job ? strlen(job) : 0;
	if (t || !job || !a)
		return t;
	a->attempts = xrealloc(a->attempts, a->nattempts + 1, sizeof(*a->attempts));
	t = &a->attempts[a->nattempts++];
	*t = (struct rep_attempt){.job = job, .session = in->session};
	t->undo = n > 5 && strcmp(job + n - 5, ".undo") == 0;
	return t;
}

/* The plan that was confirmed: the newest whose digest the job carries. */
static const cJSON *find_plan(const struct reader *in, const cJSON *start)
{
	const char *digest = json_str(start, "plan_digest"), *step = json_str(start, "step");
	for (size_t i = in->at; i-- > 0 && digest && *digest && step;) {
		const cJSON *record = in->session->j->records[i];
		if (is(kind_of(record), "prepare") && is(json_str(record, "part"), "plan") &&
			is(json_str(record, "step"), step) &&
			is(json_str(record, "digest"), digest))
			return record;
	}
	return NULL;
}

static void read_job_start(struct reader *in, struct rep_action *a, const cJSON *record)
{
	struct rep_attempt *t = attempt_get(in, a, record);
	if (!t)
		return;
	t->start = record;
	t->session = in->session;
	t->plan = find_plan(in, record);
	t->answered = a->answered;
	t->before = a->before ? a->before : t->before;
	a->answered = a->before = NULL;
}

static enum step_state state_named(const char *name, enum step_state otherwise)
{
	static const char *const names[] = {"todo", "blocked", "satisfied", "running", "done",
		"failed", "interrupted", "skipped", "deferred"};
	for (size_t i = 0; name && i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i], name) == 0)
			return (enum step_state)i;
	return otherwise;
}

static enum step_failure failure_named(const char *name)
{
	if (is(name, "unchanged"))
		return FAILURE_UNCHANGED;
	if (is(name, "undone"))
		return FAILURE_UNDONE;
	return is(name, "half") ? FAILURE_HALF : FAILURE_NONE;
}

static void read_step(
	struct reader *in, struct rep_action *a, const cJSON *record, const char *kind)
{
	a->last = record;
	if (strcmp(kind, "step") != 0) {
		a->state = strcmp(kind, "skip") == 0 ? STEP_SKIPPED : STEP_DEFERRED;
		a->failure = FAILURE_NONE;
		return;
	}
	a->state = state_named(json_str(record, "state"), a->state);
	a->failure = failure_named(json_str(record, "failure"));
	struct rep_attempt *t = attempt_find(in->r, json_str(record, "job"));
	if (t)
		t->step = record;
}

static void read_prepare(struct rep_action *a, const cJSON *record)
{
	const char *part = json_str(record, "part");
	if (is(part, "preflight"))
		a->preflight = record;
	else if (is(part, "check"))
		a->check = record;
	else if (is(part, "plan"))
		a->plan = record;
}

/* "before" may still name the attempt before this one, or none: the next job takes it, unless it is begun. */
static void read_step_figures(struct reader *in, struct rep_action *a, const cJSON *record)
{
	struct rep_attempt *t = attempt_find(in->r, json_str(record, "job"));
	if (t && is(json_str(record, "when"), "after"))
		t->after = record;
	else if (t && !t->state && !t->before)
		t->before = record;
	else
		a->before = record;
}

static void read_figures(struct reader *in, struct rep_action *a, const cJSON *record)
{
	const cJSON *fact;
	struct rep *r = in->r;
	if (a)
		read_step_figures(in, a, record);
	cJSON_ArrayForEach(fact, json_get(record, "facts"))
	{
		struct rep_figure *f = NULL;
		for (size_t i = 0; i < r->nfigures && !f; i++)
			if (strcmp(r->figures[i].name, fact->string) == 0)
				f = &r->figures[i];
		if (!f) {
			r->figures = xrealloc(r->figures, r->nfigures + 1, sizeof(*r->figures));
			f = &r->figures[r->nfigures++];
			*f = (struct rep_figure){.name = fact->string, .first = fact};
			f->first_ms = rep_time(record);
		}
		f->last = fact;
		f->last_ms = rep_time(record);
		f->wanted = f->wanted || a;
	}
}

static void read_criterion(struct rep *r, const cJSON *record)
{
	const char *id = json_str(record, "id"), *run = json_str(record, "run");
	for (size_t i = 0; id && i < r->ncriteria; i++) {
		const char *other = json_str(r->criteria[i], "run");
		if (is(json_str(r->criteria[i], "id"), id) && (run ? is(other, run) : !other)) {
			r->criteria[i] = record;
			return;
		}
	}
	if (!id)
		return;
	r->criteria = xrealloc(r->criteria, r->ncriteria + 1, sizeof(*r->criteria));
	r->criteria[r->ncriteria++] = record;
}

static void read_link(struct reader *in, const cJSON *record)
{
	struct rep_session *s = in->session;
	const char *state = json_str(record, "state");
	int64_t now = (int64_t)json_num(record, "mono_ms");
	bool gone = is(state, "lost") || is(state, "silent") || is(state, "stopped");
	in->was_up = in->was_up || is(state, "up");
	if (gone && in->was_up && in->lost_since < 0) {
		in->lost_since = now;
		s->losses++;
	} else if (is(state, "up") && in->lost_since >= 0) {
		int64_t away = now - in->lost_since;
		s->away_ms += away;
		s->longest_ms = away > s->longest_ms ? away : s->longest_ms;
		in->lost_since = -1;
	}
}

/* Records that are of the session, not of a run. */
static bool read_session_record(struct reader *in, const cJSON *record, const char *kind)
{
	struct rep_session *s = in->session;
	if (strcmp(kind, "start") == 0)
		s->start = record;
	else if (strcmp(kind, "end") == 0)
		s->end = record;
	else if (strcmp(kind, "console") == 0)
		s->console = record;
	else if (strcmp(kind, "late") == 0)
		s->late = record;
	else if (strcmp(kind, "clock") == 0)
		s->offset_ms = json_num(record, "offset_ms");
	else if (strcmp(kind, "link") == 0)
		read_link(in, record);
	else
		return false;
	return true;
}

static void read_output(struct reader *in, const cJSON *record)
{
	struct rep_attempt *t = attempt_find(in->r, json_str(record, "job"));
	if (!t)
		return;
	/* of several followings the longest tells most */
	if (t->output && json_num(t->output, "size") > json_num(record, "size"))
		return;
	t->output = record;
	t->output_session = in->session;
}

static void read_record(struct reader *in, const cJSON *record)
{
	const char *kind = kind_of(record);
	const char *run = run_of(in->session->j, in->at);
	if (read_session_record(in, record, kind))
		return;
	if (strcmp(kind, "output") == 0) {
		read_output(in, record);
		return;
	}
	if (strcmp(kind, "note") == 0 && (!run || !in->want || strcmp(run, in->want) == 0)) {
		in->r->notes = xrealloc(in->r->notes, in->r->nnotes + 1, sizeof(*in->r->notes));
		in->r->notes[in->r->nnotes++] = (struct rep_note){record, in->session};
		return;
	}
	if (in->want && !is(run, in->want))
		return;
	if (run && (strcmp(kind, "run-open") == 0 || strcmp(kind, "run-close") == 0)) {
		read_run(in->r, record, run, strcmp(kind, "run-open") == 0);
		return;
	}
	struct rep_action *a = action_get(in->r, record, run);
	if (a && json_str(record, "title"))
		a->title = json_str(record, "title");
	if (strcmp(kind, "facts") == 0)
		read_figures(in, a, record);
	else if (strcmp(kind, "criterion") == 0)
		read_criterion(in->r, record);
	else if (!a)
		return;
	else if (strcmp(kind, "prepare") == 0)
		read_prepare(a, record);
	else if (strcmp(kind, "answered") == 0)
		a->answered = record;
	else if (strcmp(kind, "job-start") == 0)
		read_job_start(in, a, record);
	else if (strcmp(kind, "cancel") == 0 && a->nattempts)
		a->attempts[a->nattempts - 1].cancel = record;
	else if (strcmp(kind, "job-state") == 0 && attempt_get(in, a, record))
		attempt_get(in, a, record)->state = record;
	else if (strcmp(kind, "step") == 0 || strcmp(kind, "skip") == 0 ||
		 strcmp(kind, "defer") == 0)
		read_step(in, a, record, kind);
}

static void read_journal(struct rep *r, struct rep_session *s, const char *run)
{
	struct reader in = {.r = r, .session = s, .want = run, .lost_since = -1};
	const struct journal *j = s->j;
	s->offset_ms = NAN;
	s->from_ms = j->nrecords ? rep_time(j->records[0]) : -1;
	s->to_ms = j->nrecords ? rep_time(j->records[j->nrecords - 1]) : -1;
	for (in.at = 0; in.at < j->nrecords; in.at++)
		read_record(&in, j->records[in.at]);
	if (in.lost_since >= 0) {
		int64_t away =
			(int64_t)json_num(j->records[j->nrecords - 1], "mono_ms") - in.lost_since;
		s->still_away = true;
		s->away_ms += away;
		s->longest_ms = away > s->longest_ms ? away : s->longest_ms;
	}
	if (j->chain == CHAIN_BROKEN)
		r->intact = false;
}

/* Figures that criteria read are shown whether they changed or not. */
static void mark_wanted(struct rep *r)
{
	for (size_t i = 0; i < r->ncriteria; i++) {
		const char *test = json_str(r->criteria[i], "test");
		for (size_t k = 0; test && k < r->nfigures; k++) {
			size_t n = strlen(r->figures[k].name);
			const char *p = strstr(test, r->figures[k].name);
			if (p && (p[n] == 0 || strchr(" <>=!", p[n])) &&
				(p == test || p[-1] == ' '))
				r->figures[k].wanted = true;
		}
	}
}

struct rep *rep_new(struct journal *const *journals, size_t n, const char *run)
{
	struct rep *r = xcalloc(1, sizeof(*r));
	r->intact = true;
	r->sessions = xcalloc(n ? n : 1, sizeof(*r->sessions));
	r->nsessions = n; /* fixed from here: attempts point to them */
	for (size_t i = 0; i < n; i++) {
		r->sessions[i].j = journals[i];
		read_journal(r, &r->sessions[i], run);
	}
	mark_wanted(r);
	return r;
}

void rep_free(struct rep *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->nactions; i++)
		free(r->actions[i].attempts);
	free(r->sessions);
	free(r->runs);
	free(r->actions);
	free(r->figures);
	free(r->criteria);
	free(r->notes);
	free(r);
}
