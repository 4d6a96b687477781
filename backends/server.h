/*
 * server: one server as the console knows it: its link, its collectors, the probes and jobs of steps.
 *
 * A thread of its own owns the link's events, the remote shells and their frames, the collectors' pace and
 * parsing, and the following of jobs. The UI thread asks with server_*() calls, which return at once, and reads
 * events through server_next(). Panels in events are immutable and shared by reference.
 *
 * Channels: one control shell as the user (heartbeat each second, probes and jobs of steps that need no root
 * when there is no root shell), one root shell, one per collector (six); when sshd refuses one, collectors take turns in a
 * shared shell. Every remote shell is `exec env -u LANGUAGE LC_ALL=C sh` and counts as up once a random token came back.
 */
#ifndef BACKENDS_SERVER_H
#define BACKENDS_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/link.h"
#include "backends/panel.h"

struct err;
struct host;
struct server;

struct server_options {
	const struct host *host;   /* borrowed for server_new only */
	struct link *link;         /* owned from here on; made by the caller (ssh, local, demo) */
	const char *datadir;       /* where collect/ and remote/ are (data_dir()) */
	const char *session;       /* session ID, stands in the lock */
	const char *who;           /* "user@workstation": clean text, stands in lock and run records */
	bool read_only;            /* no root shell, no lock, no job, no run */
	bool once;                 /* --status: ask each collector once, no watches */
};

enum server_event_type {
	SERVER_LINK,     /* link state changed: u.link */
	SERVER_QUESTION, /* u.question (owned by the event): answer with server_answer */
	SERVER_RTT,      /* u.rtt_ms of a heartbeat; also clock_offset_ms (server minus workstation) */
	SERVER_SILENT,   /* heartbeats unanswered for u.silent_ms (0: it answers again) */
	SERVER_PANEL,    /* u.panel (a reference of the event's) */
	SERVER_ROOT,     /* u.root */
	SERVER_LOCK,     /* u.lock */
	SERVER_PROBE,    /* u.probe: answer to server_probe */
	SERVER_JOB,      /* u.job: state of a job changed, or answer to a start/look/cancel */
	SERVER_JOB_OUT,  /* u.out: bytes of a job's output at an offset, marks already taken out */
	SERVER_RUNS,     /* u.runs: what the server holds, answer to server_runs */
	SERVER_RUN,      /* u.run: answer to server_run_open/finish */
};

enum root_state { ROOT_NONE, ROOT_OPENING, ROOT_PASSWORD /* a question is asked */, ROOT_UP, ROOT_REFUSED, ROOT_NEVER };

/* What a step said beside its output, in order. Words are clean text. */
enum mark_kind { MARK_FACT, MARK_SAY, MARK_CHOICE };
struct mark {
	enum mark_kind kind;
	size_t at;      /* offset in output (marks taken out) where it was said */
	char **words;   /* FACT: name, value · SAY: id, args… · CHOICE: value, label, "1" preselected or "0" */
	int nwords;
};
#define MARK_WORDS_MAX 16
#define MARKS_MAX 10000

struct probe_spec {
	unsigned id;         /* caller's, comes back */
	const char *step;    /* text of the step's .sh: functions only */
	const char *part;    /* "preflight" "check" "plan" "verify" "choices" */
	const char *arg;     /* for choices: the parameter's name; else NULL */
	const char *params;  /* shell assignments, already quoted by shell_quote(), one a line */
	bool root;           /* through the root shell */
	int timeout_s;
};

struct probe_answer {
	unsigned id;
	int status;       /* exit status 0..255; -1 time-out, -2 link lost before the answer, -3 no root shell, -4 refused (read-only) */
	char *output;     /* raw bytes, 0-terminated, limited to 4 MiB (cut says so); marks taken out */
	size_t len;
	bool cut;
	char digest[65];  /* SHA-256 of output as the server made it: what the job compares */
	struct mark *marks;
	size_t nmarks;
	int64_t took_ms;
};

enum job_state {
	JOB_NONE,    /* the server knows nothing of it */
	JOB_STAGED,  /* its folder is published, it has not begun */
	JOB_RUNNING,
	JOB_DONE,    /* result is there */
	JOB_LOST,    /* begun, no result, and its processes are gone (power off, kill -9) */
};

enum job_result {
	RESULT_NONE,
	RESULT_OK,           /* apply and verify said yes */
	RESULT_CHANGED,      /* the plan on the server differed from what was confirmed; nothing was done */
	RESULT_UNCHANGED,    /* apply failed and check/verify says nothing changed */
	RESULT_UNDONE,       /* failed, undo ran and said yes */
	RESULT_HALF,         /* failed, and not put back */
	RESULT_CANCELLED,    /* ended by the operator; undo is offered */
	RESULT_TIMEOUT,
};

enum job_part { PART_PLAN, PART_APPLY, PART_VERIFY, PART_UNDO, PART_COUNT };

struct job_spec {
	const char *id;          /* RUN.STEP.ATTEMPT, or RUN.STEP.ATTEMPT.undo: [a-z0-9.-] */
	const char *previous;    /* job whose result must be known first (attempt n-1, or the one undone), or NULL */
	bool undo;               /* run undo and then check that it is put back, instead of apply/verify */
	bool undo_on_failure;
	bool root;
	const char *step, *params; /* as in probe_spec */
	const char *plan_digest; /* digest confirmed by the operator; "" for undo */
	const char *journal_head; /* SHA-256 of the last journal record, kept in the job's folder */
	const char *meta;        /* one line of JSON kept in the folder: phase, step, who, session, shown texts' digests */
	int timeout_s;
	int grace_s;             /* between TERM and KILL; 0: the usual 5 */
	int dead_man_s;          /* 0: none */
};

struct job_status {
	char *id;
	enum job_state state;
	enum job_result result;
	int part_status[PART_COUNT]; /* exit status of each part; -1 not run (yet) */
	enum job_part part;          /* the one that runs */
	int64_t out_size;            /* raw bytes of output on the server */
	double started, ended;       /* seconds since 1970, server's clock; NAN */
	double silent_s;             /* since the last output */
	bool volatile_place;         /* in /run: a reboot forgets it */
	bool existed;                /* answer to a start: it was there already, nothing was started */
	char *refused;               /* clean text: why it was not started (previous unknown, no space, lock); NULL */
	char *meta;                  /* the spec's meta line as read back, clean */
	char *journal_head;
	struct mark *marks;          /* of the whole output, at offsets in the output without marks; only when DONE */
	size_t nmarks;
};

struct job_out {
	char *id;
	int64_t offset;  /* of data in the output without marks */
	int64_t raw_offset; /* the server's offset just after data: where to follow on from */
	unsigned char *data; /* raw bytes */
	size_t len;
	double time;     /* server's clock when it was read, seconds since 1970 */
};

struct run_info {
	char *id;         /* PHASE-n */
	char *phase;
	char *state;      /* "open" "finished" "abandoned" */
	char *meta;       /* one line of JSON */
	struct job_status *jobs;
	size_t njobs;
};

struct server_event {
	enum server_event_type type;
	union {
		struct { enum link_state state; int code; int64_t retry_ms; char *text; } link;
		struct link_question *question;
		struct { double rtt_ms; double clock_offset_ms; } rtt;
		int64_t silent_ms;
		struct panel *panel;
		struct { enum root_state state; char *text; bool password_used; } root;
		struct { bool ours; bool stale; char *holder; } lock; /* holder: clean text, who and since when */
		struct probe_answer *probe;
		struct job_status *job;
		struct job_out *out;
		struct { struct run_info *runs; size_t nruns; int status; } runs; /* status 0, or as probe_answer's */
		struct { char *id; int status; char *text; } run;
	} u;
};

struct server *server_new(const struct server_options *o, struct err *e);
void server_free(struct server *s); /* at most about 1 s; jobs go on on the server */

int server_fd(const struct server *s);
struct server_event *server_next(struct server *s); /* owned, or NULL */
void server_event_free(struct server_event *ev);

void server_start(struct server *s);
void server_retry(struct server *s);
void server_answer(struct server *s, unsigned question_id, const char *answer);
void server_refresh(struct server *s, enum panel_id id); /* ask now; PANEL_COUNT: all */
void server_look(struct server *s, enum panel_id id);    /* the panel being looked at (PANEL_COUNT: all): others slow down */

/* Root shell, once. With sudo asking, a SERVER_QUESTION of kind LINK_Q_PASSWORD comes; with NOPASSWD none does. */
void server_root_open(struct server *s);
/* A password for sudo given beforehand (--sudo-password-fd): used instead of asking; copied to locked memory, wiped. */
void server_root_password(struct server *s, const char *password);

/* The lock that only one console may hold. take: over a stale or (force) another's. SERVER_LOCK follows. */
void server_lock_take(struct server *s, bool force);
void server_lock_release(struct server *s);

void server_probe(struct server *s, const struct probe_spec *spec); /* copies */
void server_probe_cancel(struct server *s, unsigned id);

void server_runs(struct server *s);
/* Opens PHASE-n with the lowest n never used (mkdir is the lock); SERVER_RUN gives its id. */
void server_run_open(struct server *s, const char *phase, const char *meta);
void server_run_close(struct server *s, const char *run, const char *state, const char *meta);

/* Stages and starts. SERVER_JOB follows, then SERVER_JOB_OUT from offset 0 on until DONE or LOST. */
void server_job_start(struct server *s, const struct job_spec *spec); /* copies */
/* Looks for a job and follows its output from raw_offset (found again after a lost link or a killed console);
 * -1: only its state. */
void server_job_follow(struct server *s, const char *id, bool root, int64_t raw_offset);
void server_job_cancel(struct server *s, const char *id, bool root);

/* "'it'\''s'": a word that sh reads back as s, whatever is in it (no NUL). Owned. */
char *shell_quote(const char *s);

#endif
