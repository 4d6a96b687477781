/*
 * report_model: what journals say, put in order: sessions, actions with their attempts, figures, criteria.
 * Everything is borrowed from the journals, which must outlive it. For report*.c alone.
 */
#ifndef RUNBOOK_REPORT_MODEL_H
#define RUNBOOK_REPORT_MODEL_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runbook/checklist.h"
#include "runbook/journal.h"

struct rep_session {
	const struct journal *j;
	const cJSON *start, *end, *console, *late;
	int64_t from_ms, to_ms;     /* wall: first and last record */
	int losses;                 /* how often the link was lost */
	int64_t away_ms, longest_ms; /* and for how long, by the clock that counts sleep */
	bool still_away;            /* the session ended without it */
	double offset_ms;           /* NAN: not measured */
};

/* One job: an attempt at a step, or its undo. */
struct rep_attempt {
	const char *job;
	const struct rep_session *session;
	const cJSON *start;         /* "job-start", or NULL: its session's journal is not here */
	const cJSON *state;         /* last "job-state", or NULL */
	const cJSON *output;        /* last "output", or NULL */
	const struct rep_session *output_session;
	const cJSON *plan;          /* "prepare" of the plan that was confirmed, or NULL */
	const cJSON *answered;      /* or NULL */
	const cJSON *cancel;         /* the operator asked for its end, or NULL */
	const cJSON *before, *after; /* "facts" */
	const cJSON *step;          /* "step" record that closed it */
	bool undo;
};

struct rep_action {
	const char *run, *phase, *step;
	const char *title;          /* or the step's ID */
	const cJSON *preflight, *check, *plan; /* newest "prepare" of each */
	const cJSON *answered, *before; /* newest, until a job takes them */
	const cJSON *last;          /* newest of "step", "skip", "defer" */
	enum step_state state;
	enum step_failure failure;
	struct rep_attempt *attempts;
	size_t nattempts;
};

struct rep_figure {
	const char *name;
	const cJSON *first, *last;  /* the objects value, unit, text … */
	int64_t first_ms, last_ms;  /* wall */
	bool wanted;                /* of a criterion or a step, so it is shown even when unchanged */
};

struct rep_run {
	const char *id, *phase, *title;
	const cJSON *open, *close;
	int64_t from_ms, to_ms;     /* -1: not closed */
};

struct rep_note {
	const cJSON *record;
	const struct rep_session *session;
};

struct rep {
	struct rep_session *sessions; size_t nsessions;
	struct rep_run *runs; size_t nruns;
	struct rep_action *actions; size_t nactions;
	struct rep_figure *figures; size_t nfigures;
	const cJSON **criteria; size_t ncriteria;  /* newest record of each */
	struct rep_note *notes; size_t nnotes;
	bool intact;                /* no chain is broken */
};

/* run NULL: everything. Journals in the order of their time. */
struct rep *rep_new(struct journal *const *journals, size_t n, const char *run);
void rep_free(struct rep *r);

int64_t rep_time(const cJSON *record);        /* wall ms of a record, or -1 */
/* Milliseconds a job took: server's clock, else the step's own duration; -1 unknown. */
int64_t rep_took(const struct rep_attempt *a);
const char *rep_job_word(const cJSON *state); /* gettext'ed result of a "job-state" */
const char *rep_verdict(const cJSON *criterion); /* "met" … as recorded, "unknown" otherwise */
/* Value of a recorded fact, NAN when unknown. */
double rep_value(const cJSON *fact);
/* Figure in words (gettext'ed), owned. */
char *rep_figure_text(const cJSON *fact);
/* "+51G", "-28 %": last minus first in words, owned; NULL when it cannot be said. */
char *rep_difference(const struct rep_figure *f, bool *changed);
/* 1 better, -1 worse, 0 cannot be said (or is too little to be printed). */
int rep_judge(const struct rep_figure *f);
bool rep_looks_same(const struct rep_figure *f); /* both print alike */
const char *rep_figure_label(const struct rep_figure *f); /* gettext'ed */
/* A figure by name, or NULL. */
const struct rep_figure *rep_find_figure(const struct rep *r, const char *name);

#endif
