/*
 * collect: the six collectors: what runs on the server, and what is made of its answer.
 *
 * On the server runs a long-lived `sh` per collector. It is fed, once and in this order:
 *     tw_mark=…, root=… (the shell layer), collect/prelude.sh, collect_settings(), collect/NAME.sh
 * and then per request `collect_NAME [first|once]`, whose standard output is the answer. All of
 * it is functions and assignments: nothing is printed by feeding it. $tw_mark is a random token
 * that is not exported and never stands in an argument vector, so no tool's output and no file
 * can hold it. `once` asks for everything at once (--status); without it slow parts come at a
 * slower pace of their own.
 *
 * `watch_NAME` (where .watch is set) replaces its process by the watching tool (exec), so
 * `watch_NAME & pid=$!` gives a pid that can be killed. Whatever it writes to file descriptor 2
 * means "something changed: ask again". It may end by itself at any time: start it again with
 * the next relisting.
 *
 * Grammar of an answer (M is the mark; lines are those of the answer's bytes):
 *     answer  = *section
 *     section = M " + " NAME "\n" *BYTE "\n" M " = " STATUS "\n"
 * NAME is [a-z0-9._-]{1,32}, STATUS the decimal exit status of what wrote the bytes (127: not on
 * this server, 124: past its time limit). The "\n" before the closing mark is not part of the
 * bytes. A section NAME.err holds what NAME wrote to standard error. An unfinished section (cut
 * answer) is given with status -1.
 */
#ifndef BACKENDS_COLLECT_H
#define BACKENDS_COLLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/panel.h"

struct buf;
struct cJSON;
struct host;

#define COLLECT_ANSWER_MAX ((size_t)32 << 20) /* bytes of one answer that are looked at */
#define COLLECT_SECTIONS_MAX 64

/*
 * When to ask through the root shell, once there is one. Steps and jobs wait while a collector is
 * asked there, so only where root sees more.
 */
enum collect_root {
	COLLECT_USER,           /* never */
	COLLECT_ROOT_IF_DENIED, /* what an ordinary user asked was denied */
	COLLECT_ROOT,           /* always: some folders are root's */
};

struct collect_def {
	enum panel_id id;
	const char *name; /* collect/NAME.sh, collect_NAME, watch_NAME */
	int pace_ms;      /* from one request to the next while the panel is looked at */
	int slow_ms;      /* the same while it is not */
	int deadline_ms;  /* no answer after this: killed, panel HUNG */
	bool watch;       /* has watch_NAME */
	enum collect_root root;
};

/* By panel_id. */
extern const struct collect_def collect_defs[PANEL_COUNT];

/*
 * At most a tenth of the time is spent on a collector whose answers grow with what there is (pods, containers): how long
 * after one request the next may follow when it took took_ms. Milliseconds; 0: its pace alone counts.
 */
int64_t collect_rest_ms(const struct collect_def *def, int64_t took_ms);

/* Ask through the root shell, given the collector's last panel (or NULL)? */
bool collect_wants_root(const struct collect_def *def, const struct panel *last);

struct collect_input {
	const char *bytes; /* the answer, raw; need not end with 0 */
	size_t len;
	const char *mark;             /* what $tw_mark was */
	int64_t taken_ms;             /* clock_ms() when it was asked for */
	int64_t wall_ms;              /* clock_wall_ms() at the same time */
	int64_t took_ms;              /* until the answer was complete */
	bool as_root;                 /* it came from the root shell */
	const struct host *host;      /* settings: thresholds, folders; may be NULL */
	const struct panel *previous; /* the same collector's panel before, or NULL: kept when this
					 answer fails */
};

/*
 * Appends the shell assignments (tw_…='…', one a line, quoted) that carry the profile's settings to
 * the server. host may be NULL. 0 or ERR_LIMIT.
 */
int collect_settings(const struct host *host, struct buf *out);

/*
 * Makes a panel of an answer. Pure: looks at nothing but *in. *out (one reference, the caller's) is
 * always set, its state says what is wrong. 0, ERR_LIMIT when the answer was larger than
 * COLLECT_ANSWER_MAX (what fits was used), ERR_FAILED when it was no answer or was cut short. When
 * the state is FAILED or HUNG, tables, facts, notes and times are those of in->previous, if any.
 */
int collect_parse(enum panel_id id, const struct collect_input *in, struct panel **out);

/*
 * What the collector says when there is no answer: state HUNG (past its deadline) or FAILED with
 * reason (clean text, gettext'ed), the tables, facts and notes being copies of previous's (which
 * may be NULL).
 */
struct panel *collect_without_answer(
	enum panel_id id, enum panel_state state, const char *reason, const struct panel *previous);

/* ---- for the parsers (collect_*.c) and their tests ---- */

struct section {
	const char *name;  /* borrowed from the answer's copy */
	int status;        /* -1: the answer ended inside it */
	const char *bytes; /* borrowed; not 0-terminated */
	size_t len;
};

struct sections {
	struct section list[COLLECT_SECTIONS_MAX];
	char names[COLLECT_SECTIONS_MAX][33];
	int count;
	bool cut; /* the answer ended inside a section, or there were too many */
};

/* Finds the sections in an answer. 0, or ERR_FAILED when there is none. */
int sections_parse(struct sections *s, const char *bytes, size_t len, const char *mark);
/* The section of that name, or NULL. */
const struct section *sections_find(const struct sections *s, const char *name);
/* Bytes before the next '\n' from *at on, without it; false at the end. *at moves on. */
bool section_line(const struct section *s, size_t *at, const char **line, size_t *len);
/* First line that says something (no "W1121 …" of klog) of what NAME wrote to standard error:
 * clean, owned; or NULL. */
char *sections_words(const struct sections *s, const char *name);
/* The tool that wrote section NAME is not on the server. */
bool sections_missing(const struct sections *s, const char *name);

/* The section's bytes as JSON (cJSON_Delete it), or NULL when there is none, it is empty or not
 * JSON. */
struct cJSON *section_json(const struct section *s);

/* The setting threshold.FACT of the profile, or fallback. */
double collect_threshold(const struct host *host, const char *fact, double fallback);
/* Words by which a tool says that one has to be root. */
bool collect_says_denied(const char *words);
/* Words of a line, split at runs of at least min blanks (a tab or a line's end always splits).
 * Returns how many, at most max. */
struct field {
	const char *at;
	size_t len;
};
int fields_split(const char *line, size_t len, int min, struct field *out, int max);
double field_number(const struct field *f); /* NAN when it is not a plain number */
bool field_is(const struct field *f, const char *word);
/* Raw copy, cut to size - 1 bytes, 0-terminated. */
void field_copy(const struct field *f, char *out, size_t size);
/* Cell of a field, cleaned. */
void cell_field(struct cell *c, const struct field *f, enum level level);
/* \040 of /proc/mounts and the like decoded into out (size bytes, always 0-terminated). */
void octal_decode(const char *raw, size_t len, char *out, size_t size);

/* A line of df. Texts are raw (not yet clean) and 0-terminated. */
struct df_line {
	char source[256];
	char type[32]; /* "" when df did not say */
	char mount[512];
	double size, used, available; /* bytes (or inodes); NAN for "-" */
	double percent;               /* df's own, rounded up; NAN for "-" */
};
#define DF_LINES_MAX 1000

struct df {
	struct df_line *lines;
	size_t count;
};

/* Reads a section of df -P, with or without -T. df_clear() it. A missing section gives no lines. */
void df_parse(const struct section *s, struct df *out);
void df_clear(struct df *df);
const struct df_line *df_find(const struct df *df, const char *mount);

/* A block device of lsblk -J, met walking down the tree. Strings are raw and borrowed. */
struct block {
	const struct cJSON *json;
	const char *name, *type, *fstype, *model; /* "" when lsblk does not say */
	const char *mount;                        /* its first mount point, or "" */
	double size;                              /* bytes */
	int rotational;                           /* 1, 0, -1 unknown */
	int depth;
};
#define BLOCK_DEPTH_MAX 12
typedef void block_fn(const struct block *b, void *arg);
/* Calls fn for each device, parents first. false when s holds no lsblk output. */
bool block_walk(const struct section *s, block_fn *fn, void *arg);

struct collect_job {
	const struct collect_input *in;
	const struct sections *answer;
	struct panel *panel;
};

void collect_parse_host(const struct collect_job *job);
void collect_parse_disks(const struct collect_job *job);
void collect_parse_lvm(const struct collect_job *job);
void collect_parse_pods(const struct collect_job *job);
void collect_parse_docker(const struct collect_job *job);
void collect_parse_backups(const struct collect_job *job);

#endif
