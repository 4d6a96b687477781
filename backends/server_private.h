/*
 * server_private: what the files of the server share. Everything here belongs to the server's
 * thread.
 */
#ifndef BACKENDS_SERVER_PRIVATE_H
#define BACKENDS_SERVER_PRIVATE_H

#include <pthread.h>

#include "backends/collect.h"
#include "backends/host.h"
#include "backends/job.h"
#include "backends/queue.h"
#include "backends/server.h"
#include "backends/shell.h"

/*
 * The shells there may be. When sshd gives no channel for one, another takes its requests
 * (remote_for).
 */
enum remote_id {
	REMOTE_CONTROL, /* heartbeat, as the login user */
	REMOTE_WORK,    /* probes, jobs, runs and lock of the login user */
	REMOTE_ROOT,
	REMOTE_SHARED,  /* collectors without a channel of their own, in turns */
	REMOTE_COLLECT, /* + panel_id */
	REMOTE_COUNT = REMOTE_COLLECT + PANEL_COUNT,
};

struct remote {
	struct server *s;
	enum remote_id id;
	struct shell *shell;
	bool wanted;      /* open it again when it is closed and the link is up */
	bool refused;     /* sshd gave no channel */
	int failures;     /* in a row, since it was last up */
	int64_t retry_at; /* clock_ms() */
	bool placed;      /* it has looked for its folders (remote/job.sh), once for all requests */
	unsigned fed;     /* collectors whose functions it knows: bit per panel_id */
};

enum collector_state { COLLECTOR_IDLE, COLLECTOR_ASKED, COLLECTOR_PARSING };

struct collector {
	struct server *s;
	const struct collect_def *def;
	char *text;    /* its functions and settings: fed to a shell that others use, too */
	char *prelude; /* the same for a shell of its own */
	enum collector_state state;
	enum remote_id asked_of;
	bool first;       /* the next request is the first of its shell */
	bool again;       /* refreshed while it was asked */
	bool nudged;      /* its watch spoke while it was asked */
	bool shared;      /* no channel of its own */
	bool root_failed; /* it hung as root once: asked as the user from now on */
	bool done;        /* `once`: it has answered */
	int64_t due;      /* clock_ms() of the next request */
	int64_t asked_ms, wall_ms;
	int64_t rest_ms; /* at least that long from one request to the next, unless the operator asks */
	struct panel *last;
};

enum root_step { ROOT_IDLE, ROOT_STARTING, ROOT_ASKING, ROOT_CHECKING };

struct root {
	enum root_state state;
	enum root_step step;
	bool wanted; /* by the operator: opened again after the link came back */
	char prompt[TOKEN_HEX];
	struct buf *err; /* standard error of sudo until the shell is up */
	size_t seen;     /* of err: prompts before this were answered */
	int prompts;
	char *given; /* password given beforehand (secret.h), or NULL */
	size_t given_len;
	bool password_used;
	bool room_made;    /* a collector's channel was given up for it */
	unsigned question; /* the id of the question asked, or 0 */
};

struct server {
	/* Shared with the UI thread; fixed after server_new. */
	struct queue *commands, *events, *parses;
	pthread_t thread, parser;
	struct link *link;

	struct host *host; /* a copy */
	char *session, *who;
	bool read_only, once;
	double scale, pause_scale; /* of all limits; of all pauses */
	bool quit;

	bool link_up;
	bool user_is_root; /* the login user's uid is 0 */
	bool uid_known;
	double clock_offset_ms;                  /* NAN: unknown */
	int64_t clock_due, beat_due, beat_asked; /* beat_asked: 0 none under way */
	bool silent;
	int64_t silent_said;

	struct remote remotes[REMOTE_COUNT];
	char *prelude;   /* shell.sh */
	char *work_text; /* functions and texts for probes and jobs */
	char *root_text; /* the same for root's shell */
	struct collector collectors[PANEL_COUNT];
	enum panel_id look;

	struct root root;
	bool lock_wanted, lock_ours, lock_asked; /* asked: a look at it is under way */
	int64_t lock_due;                        /* clock_ms() of the next look */
	struct probe *probes;
	struct follow *follows;
	unsigned question; /* last id given to a question of ours */
};

/* What the console asks of the thread; the queue of commands frees what is not taken out. */
enum command_type {
	COMMAND_QUIT,
	COMMAND_START,
	COMMAND_RETRY,
	COMMAND_ANSWER,
	COMMAND_REFRESH,
	COMMAND_LOOK,
	COMMAND_ROOT,
	COMMAND_ROOT_PASSWORD,
	COMMAND_LOCK,
	COMMAND_UNLOCK,
	COMMAND_PROBE,
	COMMAND_PROBE_CANCEL,
	COMMAND_RUNS,
	COMMAND_RUN_OPEN,
	COMMAND_RUN_CLOSE,
	COMMAND_JOB,
	COMMAND_JOB_CANCEL,
	COMMAND_PARSED,
};

struct command {
	struct queue_item item;
	enum command_type type;
	unsigned id;     /* question, probe, panel */
	bool flag;       /* force; root */
	char *a, *b, *c; /* owned */
	char *secret;    /* secret.h */
	size_t secret_len;
	struct probe *probe;
	struct follow *follow;
	struct panel *panel;
};

/* server_ask.c */
struct command *command_new(enum command_type type);
void command_put(struct server *s, struct command *c);

#define QUESTION_OURS 0x80000000u

/* server_event.c */
struct server_event *event_new(enum server_event_type type);
struct server_event *event_of(struct queue_item *item);
void event_put(struct server *s, struct server_event *ev,
	size_t weight); /* takes ev; weight: bytes it holds */

/* server.c */
int64_t server_ms(const struct server *s, int64_t ms);       /* a time limit, scaled */
int64_t server_pause_ms(const struct server *s, int64_t ms); /* a pause, scaled */

/* Called by the worker: hands panel to the server's thread. */
void server_parsed(struct server *s, enum panel_id id, struct panel *panel);
/*
 * Text of datadir/FOLDER/NAME.sh (installed) or datadir/backends/FOLDER/NAME.sh (source tree),
 * owned.
 */
char *server_file(const char *datadir, const char *folder, const char *name, struct err *e);

/* server_remote.c: shells come and go. */
void remotes_init(struct server *s);
void remotes_free(struct server *s);
void remotes_link(struct server *s, bool up);
bool remotes_event(struct server *s, const struct link_event *ev);
int64_t remotes_tick(struct server *s, int64_t now);
void remote_want(struct server *s, enum remote_id id);
/* The shell that takes requests for id, opened when need be; never NULL, perhaps not up. */
struct remote *remote_for(struct server *s, enum remote_id id);
bool remote_up(const struct server *s, enum remote_id id);
/*
 * For requests that need the functions of the work shell; with places also its folders. When sshd
 * gives no
 * channel for r, another shell is asked. The copies of q->text are wiped.
 */
void remote_ask(struct remote *r, const struct shell_request *q, bool places);
/* For a step that needs root or not: REMOTE_ROOT or REMOTE_WORK; -1 when there is no root shell. */
int remote_for_root(struct server *s, bool root);

/* server_beat.c */
int64_t beat_tick(struct server *s, int64_t now);
/* The thread came to do what was due this much late, in ms: it stood still, not the server. */
void beat_late(struct server *s, int64_t ms);
void beat_link(struct server *s, bool up);
void beat_control_up(struct server *s);

/* server_collect.c */
int collectors_init(struct server *s, const char *datadir, struct err *e);
void collectors_free(struct server *s);
void collectors_remote_up(struct server *s, struct remote *r);
void collectors_remote_ended(struct server *s, struct remote *r, enum shell_end end);
void collectors_nudge(struct server *s, struct remote *r);
void collectors_link(struct server *s, bool up);
void collectors_refresh(struct server *s, enum panel_id id);
void collectors_look(struct server *s, enum panel_id id);
/* Gives up one channel of a collector, so that root can have it; false when none is left. */
bool collectors_make_room(struct server *s);
int64_t collectors_tick(struct server *s, int64_t now);
/* A parse ended in the worker: takes panel. */
void collectors_parsed(struct server *s, enum panel_id id, struct panel *panel);
struct queue *collectors_queue(void);
void *collectors_parser(void *server); /* the worker's thread */
void collectors_parser_quit(struct server *s);

/* server_root.c */
void root_open(struct server *s, bool by_operator);
void root_password(struct server *s, const char *password);
bool root_answer(struct server *s, unsigned id, const char *answer);
void root_err(struct server *s, const void *bytes, size_t n);
void root_up(struct server *s);
void root_ended(struct server *s, enum shell_end end, int status, bool link_lost);
void root_link(struct server *s, bool up);
int64_t root_tick(struct server *s, int64_t now);
void root_clear(struct server *s);

/* server_probe.c */
void probe_start(struct server *s, struct probe *p);
void probe_cancel(struct server *s, unsigned id);
struct probe *probe_new(const struct probe_spec *spec);
void probes_free(struct server *s);
void probe_free(struct probe *p);

/* server_job.c */
struct follow *follow_new(const char *id, bool root, int64_t raw_offset);
void follow_free(struct follow *f);
void follow_start(
	struct server *s, struct follow *f, char *start_text); /* owns both; text NULL: look only */
void follow_cancel(struct server *s, const char *id, bool root);
int64_t follows_tick(struct server *s, int64_t now);
void follows_free(struct server *s);
char *job_start_text(const struct job_spec *spec, const char *session); /* owned; wipe it */

/* server_runs.c */
void runs_list(struct server *s);
void run_open(struct server *s, const char *phase, const char *meta);
void run_close(struct server *s, const char *run, const char *state, const char *meta);
void lock_take(struct server *s, bool force);
void lock_release(struct server *s);
void lock_again(struct server *s); /* after a shell came back */
/* Looks now and then whether a lock that is ours still is; returns when to come again. */
int64_t lock_tick(struct server *s, int64_t now);
void run_info_clear(struct run_info *r);

#endif
