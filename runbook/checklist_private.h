/* checklist_private: what the parts of the checklist share. Included by runbook/checklist*.c alone.
 */
#ifndef RUNBOOK_CHECKLIST_PRIVATE_H
#define RUNBOOK_CHECKLIST_PRIVATE_H

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "runbook/checklist.h"
#include "runbook/recall.h"
#include "runbook/store.h"

#define OUTPUT_SHOWN_MAX ((size_t)256 << 10) /* bytes of a job's output kept for the card */
#define UNDO_TRIES_MAX 63                    /* of one attempt */
#define MEASURE_LIMIT_MS 30000               /* how long fresh figures are waited for after a job */

/* The way from "yes" to a job, one thing at a time; each waits for an event. */
enum stage {
	STAGE_NONE,
	STAGE_LOCK,   /* the server's lock was asked for */
	STAGE_RUN,    /* a run is being opened */
	STAGE_RECORD, /* "about to run" is on its way to the disk: ticket */
	STAGE_START,  /* the server was told to start the job */
};

/* An interrupted step is looked at twice. */
enum look { LOOK_CHECK, LOOK_VERIFY };

struct entry {
	const struct step *step;
	enum step_state state;
	enum step_failure failure;
	enum step_activity activity;
	char *reason;
	char *plan;
	char plan_digest[DIGEST_HEX];
	int64_t plan_ms;
	char **says;
	size_t nsays;
	char *preflight_output, *check_output;
	char **params;       /* values, as given */
	char **params_shown; /* the same with secrets masked */
	bool *as_last_time;  /* each is what the last run of this step had */
	char *job;
	struct job_status *status; /* owned copy, marks left out */
	int attempt;
	bool job_is_undo;
	int undo_try; /* of this attempt; 0: none yet */
	/* what an undo that is refused goes back to; NULL and 0 otherwise */
	char *job_before;
	struct job_status *status_before;
	enum step_state state_before;
	enum look look;
	bool check_says_so;
	bool root_knows;       /* what became of its job; said until root is asked */
	bool wants_root;       /* prepare again once the root shell is up */
	unsigned choice_probe; /* as probe, for choices, which go on beside */
	char *choice_param;    /* what was asked for */
	bool choices_there;
	char *choices_why;
	struct choice *choices;
	size_t nchoices;
	struct step_note *notes;
	size_t nnotes;
	unsigned probe;   /* id of the probe that is waited for; 0 none */
	int64_t asked_ms; /* when, and how long it may take */
	int limit_s;
	int64_t started_ms, ended_ms, last_output_ms, measure_ms;
	unsigned panels_wanted, panels_fresh; /* bits by panel_id, while measuring */
	bool fetching; /* it had ended before this console came: its output is fetched, to be shown
			  only */
	struct buf output;                    /* clean lines, the last OUTPUT_SHOWN_MAX bytes */
	int64_t raw_offset;                   /* the server's offset: where to follow on from */
};

struct crit {
	const struct criterion *criterion;
	struct test *test;
	enum verdict verdict;
	char *why;
	bool decided; /* attested or deferred by the operator: not judged any more */
};

struct own_fact { /* a figure that a step recorded under phase.NAME */
	struct fact fact;
	int64_t at_ms;
};

struct checklist {
	struct checklist_options o;
	struct entry *entries;
	size_t count;
	struct crit *crits;
	struct own_fact *own;
	size_t nown;
	char *run;
	char *closed_run; /* the one that was closed last in this session: notes may follow */
	bool link_up, root_up, lock_ours;
	unsigned runs_asked; /* answers about runs and jobs that are still to come */
	unsigned runs_blind; /* the first of them were asked for without the root shell: no root job is in them */
	struct recall *recall; /* earlier sessions of the run, while they are read and after */
	bool recalled;         /* what it found has been applied */
	bool lock_known;
	char *lock_holder;
	unsigned last_probe;
	/* the step on its way from "yes" to a job */
	int active; /* index, or -1 */
	enum stage stage;
	bool starting_undo;
	uint64_t ticket;
	char head[DIGEST_HEX];
};

/* checklist.c */
void entry_clear_choices(struct entry *e);
void entry_clear_says(struct entry *e);
void entry_reason(struct entry *e, const char *text); /* copies; NULL: "" */
void entry_reasonf(struct entry *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void entry_clear_plan(struct entry *e);
void entry_marks(struct checklist *c, struct entry *e, const struct mark *marks, size_t n);
int entry_of_job(const struct checklist *c, const char *job);
char *entry_assignments(const struct entry *e); /* owned: name='value' lines */
void checklist_judge(struct checklist *c);
const struct fact *checklist_fact(const struct checklist *c, const char *name, double *age_s);

/* Applies what earlier sessions decided; true when there was something new to apply. */
bool checklist_recall(struct checklist *c);
void entry_set_param(struct checklist *c, struct entry *e, size_t k, const char *value);

/* checklist_values.c: what all parameters begin with, and keeping what a step was confirmed with. */
void values_begin(struct checklist *c);
void values_keep(const struct checklist *c, const struct entry *e);

/* checklist_note.c */
void entry_note(struct entry *e, int64_t wall_ms, const char *text);
void entry_clear_notes(struct entry *e);

/* checklist_prepare.c */
bool prepare_answer(struct checklist *c, const struct probe_answer *a);
void prepare_again(struct checklist *c); /* those that waited for the root shell */
/* The operator does not want to wait for it. */
void prepare_stop(struct checklist *c, size_t i);
void prepare_look(struct checklist *c, size_t i); /* check and verify of an interrupted step */
void prepare_link_lost(struct checklist *c);

/* checklist_job.c */
bool job_lock(struct checklist *c);
bool job_run(struct checklist *c, const struct server_event *ev);
bool job_written(struct checklist *c, const struct store_event *ev);
bool job_event(struct checklist *c, const struct job_status *s);
bool job_output(struct checklist *c, const struct job_out *out);
void job_measure(struct checklist *c, size_t i);
void job_abort(struct checklist *c, const char *why);

/* A step's state after that job; an undo that did it leaves it to do, one that said no and changed nothing, done. */
enum step_state state_of_job(const struct job_status *j, bool undo, enum step_failure *failure);
void entry_keep_status(struct entry *e, const struct job_status *s);

/* checklist_resume.c */
bool job_runs(struct checklist *c, const struct server_event *ev);

/* checklist_record.c: every transition is a record */
/* What a figure is counted in, and what it is called (borrowed, or NULL): as the phase says, else the table of facts. */
void record_meaning(
	const struct checklist *c, const char *name, enum unit *unit, const char **label);
void record_prepare(struct checklist *c, size_t i, const char *part, const struct probe_answer *a);
void record_step(struct checklist *c, size_t i);
void record_job(struct checklist *c, size_t i);
void record_facts(struct checklist *c, size_t i, const char *when, const char *job);
void record_all_facts(struct checklist *c, const char *when);
void record_criterion(struct checklist *c, size_t k, const char *until);
void record_decision(
	struct checklist *c, size_t i, const char *kind, const char *reason, const char *until);
uint64_t record_job_start(struct checklist *c, size_t i, const char *job);
cJSON *record_new(const struct checklist *c, const struct entry *e); /* {run, step} */

#endif
