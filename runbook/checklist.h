/*
 * checklist: one run through a phase: the state of each step, and the only way from "to do" to
 * "done".
 *
 * It asks the server for probes and jobs, the store for records, and is fed with their events. It
 * knows no screen: a view reads it, and calls checklist_*() for what the operator decides. Nothing
 * here waits.
 *
 * A step: preflight → check → plan (prepare) → shown → confirmed (the plan's digest is what was
 * shown) → "about to run" on disk → job (plan again, apply, verify, perhaps undo) → facts measured
 * again → done. Every transition is a record.
 */
#ifndef RUNBOOK_CHECKLIST_H
#define RUNBOOK_CHECKLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/server.h"
#include "runbook/criteria.h"
#include "runbook/phase.h"

struct checklist;
struct err;
struct host;
struct store;
struct store_event;
struct mask;

enum step_state {
	STEP_TODO,
	STEP_BLOCKED,
	STEP_SATISFIED,
	STEP_RUNNING,
	STEP_DONE,
	STEP_FAILED,
	STEP_INTERRUPTED,
	STEP_SKIPPED,
	STEP_DEFERRED,
};
enum step_failure { FAILURE_NONE, FAILURE_UNCHANGED, FAILURE_UNDONE, FAILURE_HALF };
/* What the card is waiting for. */
enum step_activity {
	ACT_IDLE,
	ACT_PREFLIGHT,
	ACT_CHECK,
	ACT_PLAN,
	ACT_READY /* plan shown, may be confirmed */,
	ACT_RECORDING,
	ACT_STARTING,
	ACT_RUNNING,
	ACT_UNDOING,
	ACT_MEASURING,
	ACT_BOOTING, /* a step was cut short: until the server has started, what is missing says little */
	ACT_LOOKING
};

/* True when a step that was cut short is only looked at: nothing changes, Ctrl-C ends it. */
bool activity_looks(enum step_activity a);

/* One of the values a parameter may be picked from, as the step's `choices` said. Clean text. */
struct choice {
	char *value, *label;
	bool preselected;
};

/* What the operator wrote down beside a step. */
struct step_note {
	int64_t wall_ms;
	char *text; /* clean */
};

/* Everything a view shows of a step; borrowed, valid until the next call that changes the
 * checklist. */
struct step_view {
	const struct step *step;
	enum step_state state;
	enum step_failure failure;
	enum step_activity activity;
	const char *reason; /* clean text, gettext'ed: why blocked/failed/skipped/…, evidence when
			       satisfied; "" */
	const char *plan;   /* clean lines: what would change; NULL before it was made */
	int64_t plan_ms;    /* clock_ms() when it was made */
	const char *const *says;
	size_t nsays;                                /* in the operator's language, in order */
	const char *preflight_output, *check_output; /* clean lines or NULL */
	const char *job;                             /* present or last job's ID, or NULL */
	const struct job_status *status;             /* its last known status, or NULL */
	int64_t started_ms, ended_ms;                /* clock_ms(); 0 unknown */
	int64_t last_output_ms;
	int64_t asked_ms; /* when what a look waits for was asked, and how long it may take */
	int limit_s;
	int attempt; /* 0: never run */
	bool can_undo;
	bool volatile_place;
	const char *choices_of;  /* parameter whose choices are below; NULL: none there (yet) */
	const char *choices_why; /* why there are none, or NULL */
	const struct choice *choices;
	size_t nchoices;
	const struct step_note *notes; /* oldest first */
	size_t nnotes;
	/* value of each of step->params, in order; a secret shows as MASK_TEXT */
	const char *const *params;
	const bool *as_last_time; /* of each: it is what this host's last run had, not the phase's default */
};

struct criterion_view {
	const struct criterion *criterion;
	enum verdict verdict;
	const char *why; /* arithmetic, or reason */
};

struct checklist_options {
	struct phase *phase;     /* owned from here on */
	struct server *server;   /* borrowed */
	struct store *store;     /* borrowed */
	struct mask *mask;       /* borrowed: secret parameters are added */
	const struct host *host; /* borrowed: defaults of parameters */
	fact_lookup *facts;
	void *facts_ctx; /* newest facts of the panels */
	bool read_only;
};

struct checklist *checklist_new(const struct checklist_options *o);
void checklist_free(struct checklist *c);

/* Feed with every server and store event (borrowed). True when something a view shows has changed.
 */
bool checklist_server_event(struct checklist *c, const struct server_event *ev);
bool checklist_store_event(struct checklist *c, const struct store_event *ev);
bool checklist_tick(struct checklist *c, int64_t now_ms); /* time limits, silence */

const struct phase *checklist_phase(const struct checklist *c);
const char *checklist_run(
	const struct checklist *c); /* "1-foundation-1", or NULL when no run is open */
/* Nothing is on its way of what the server and earlier journals know of the run: the states are those that hold. */
bool checklist_settled(const struct checklist *c);
size_t checklist_count(const struct checklist *c);
void checklist_step(const struct checklist *c, size_t i, struct step_view *out);
size_t checklist_ncriteria(const struct checklist *c);
void checklist_criterion(const struct checklist *c, size_t i, struct criterion_view *out);
/* Index of the running step, or -1. One at a time. */
int checklist_running(const struct checklist *c);
/* Output of the running or last job of step i so far, clean lines, for the card's live part: last
 * `max` bytes. Borrowed. */
const char *checklist_output(const struct checklist *c, size_t i);

/* Looks on the server for an open run of this phase and takes it up again (states from its jobs);
 * called by itself when the link or root shell comes up. */
void checklist_resume(struct checklist *c);
/* preflight, check and plan of a step. ERR_REFUSED (text) when it cannot (running, read-only asks
 * nothing that changes so it may). */
int checklist_prepare(struct checklist *c, size_t i, struct err *e);
int checklist_param(
	struct checklist *c, size_t i, const char *name, const char *value, struct err *e);
/* Asks the server what parameter name (PARAM_CHOICE, PARAM_CHOICES) may be: the step_view has it
 * when it is there. */
int checklist_choices(struct checklist *c, size_t i, const char *name, struct err *e);
/* What must be answered: kind and, for CONFIRM_TYPE, the word (owned). */
enum confirm checklist_confirm_kind(const struct checklist *c, size_t i, char **word);
/* The operator said yes to what is shown. `plan_ms` must be the step_view's (else the plan changed
 * meanwhile: ERR_REFUSED); answer is what was typed. */
int checklist_confirm(
	struct checklist *c, size_t i, int64_t plan_ms, const char *answer, struct err *e);
int checklist_undo(struct checklist *c, size_t i, const char *answer, struct err *e);
/* The operator saw it and said no: nothing happens, and the journal has it. */
void checklist_decline(struct checklist *c, size_t i, bool undo);
/* Ends the step's job on the server; of one that is looked at, the looking. */
int checklist_cancel(struct checklist *c, size_t i, struct err *e);
int checklist_skip(struct checklist *c, size_t i, const char *reason, struct err *e);
int checklist_defer(
	struct checklist *c, size_t i, const char *reason, const char *until, struct err *e);
int checklist_reset(struct checklist *c, size_t i,
	struct err *e); /* skipped/deferred/failed/interrupted back to "to do" */
int checklist_attest(struct checklist *c, size_t criterion, const char *reason, struct err *e);
int checklist_defer_criterion(struct checklist *c, size_t criterion, const char *reason,
	const char *until, struct err *e);
/*
 * A note on step i, or on the whole run (-1). At any moment: it changes nothing on the server. Once
 * the run is closed it still belongs to it. ERR_USAGE when it is empty, ERR_IO when the journal
 * cannot be written.
 */
int checklist_note(struct checklist *c, int i, const char *text, struct err *e);
/* finish (true) or abandon the run, with a reason; KPIs and criteria are recorded first. */
int checklist_close(struct checklist *c, bool finished, const char *reason, struct err *e);

const char *step_state_word(enum step_state s, enum step_failure f); /* gettext'ed */
const char *step_state_sign(enum step_state s, bool ascii);          /* one column */

/* The one function that maps what is known of a job to a step's state. */
enum step_state step_state_of_job(const struct job_status *j, enum step_failure *failure);

#endif
