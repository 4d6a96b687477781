/*
 * panel: what one collector found, as facts and tables of clean text. Immutable once published and
 * reference-counted, so that the screen draws from it while the next one is made.
 */
#ifndef BACKENDS_PANEL_H
#define BACKENDS_PANEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum panel_id { PANEL_HOST, PANEL_DISKS, PANEL_LVM, PANEL_PODS, PANEL_DOCKER, PANEL_BACKUPS, PANEL_COUNT };

enum panel_state {
	PANEL_NEVER,   /* nothing has been read yet */
	PANEL_OK,
	PANEL_MISSING, /* the tool is not on the server: reason says which */
	PANEL_DENIED,  /* only root may see it: "press S" */
	PANEL_FAILED,  /* the tool said no: reason has its words */
	PANEL_HUNG,    /* past its deadline, killed; tables are the last good ones */
};

enum level { LEVEL_NONE, LEVEL_OK, LEVEL_WARN, LEVEL_BAD, LEVEL_UNKNOWN };

enum cell_kind {
	CELL_TEXT,
	CELL_COUNT,
	CELL_BYTES,
	CELL_PERCENT,
	CELL_DURATION, /* seconds */
	CELL_AGE,      /* seconds at the time the panel was taken; the screen adds what has passed since */
	CELL_TIME,     /* seconds since 1970 on the server's clock */
};

struct cell {
	enum cell_kind kind;
	enum level level;
	double number; /* NAN: unknown, drawn as "?" */
	char *text;    /* clean, owned; for CELL_TEXT what is drawn, else NULL or an addition */
};

struct row {
	char *tag;   /* stable and unique in its table: "twisterlab/builder-7d9f" */
	int depth;   /* 0, or deeper for a tree (disk, partition, volume) */
	struct cell *cells; /* table->ncolumns of them */
	char *detail; /* clean lines shown by Enter, or NULL */
};

struct column {
	const char *id;    /* "name", "size": in JSON and `:sort` */
	const char *title; /* N_() */
	enum cell_kind kind;
	int width;         /* columns wanted; 0: takes what is left */
	int priority;      /* 0 always shown; higher ones go first when it is narrow */
};

struct table {
	const char *id;              /* "mounts", "volumes", "pods" */
	const char *title;           /* N_() */
	const struct column *columns; /* const, static */
	int ncolumns;
	struct row *rows;
	size_t nrows;
	size_t cap;
	size_t dropped; /* rows beyond PANEL_ROWS_MAX, said on the screen */
};

struct note {
	enum level level;
	char *text; /* clean, gettext'ed, one line */
};

#define PANEL_TABLES_MAX 8
#define PANEL_ROWS_MAX 20000

/* A figure with its age. See facts.h for the names. */
struct fact {
	const char *name;  /* of the table in facts.h, or owned via own_name for phase.NAME */
	double value;      /* NAN: unknown */
	char *text;        /* clean; for textual facts, else NULL */
	double since;      /* seconds for which it is known to have been so, by the server's evidence; NAN: no evidence */
	bool own_name;
};

struct panel {
	int refs; /* atomic */
	enum panel_id id;
	enum panel_state state;
	char *reason;     /* clean, gettext'ed; NULL when OK */
	int64_t taken_ms; /* clock_ms() when the answer was asked for */
	int64_t took_ms;
	int64_t wall_ms;  /* workstation's wall clock at taken_ms */
	double server_time; /* seconds since 1970 on the server when taken; NAN unknown */
	bool as_root;
	struct table tables[PANEL_TABLES_MAX];
	int ntables;
	struct fact *facts;
	size_t nfacts;
	struct note *notes; /* alerts and hints, worst first */
	size_t nnotes;
};

/* Building (one thread). */
struct panel *panel_new(enum panel_id id);
struct table *panel_table(struct panel *p, const char *id, const char *title, const struct column *columns, int ncolumns);
/* The row's cells start as unknown text cells; NULL when PANEL_ROWS_MAX is reached. Takes tag as raw bytes, cleans it. */
struct row *table_row(struct table *t, const char *tag);
void cell_text(struct cell *c, const char *raw, enum level level);     /* text_dup of raw; NULL: unknown */
void cell_number(struct cell *c, enum cell_kind kind, double number, enum level level);
void row_detail(struct row *r, const char *raw);                       /* cleaned, lines kept */
void panel_fact(struct panel *p, const char *name, double value);
void panel_fact_text(struct panel *p, const char *name, const char *raw);
void panel_fact_since(struct panel *p, const char *name, double value, double since);
void panel_note(struct panel *p, enum level level, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void panel_fail(struct panel *p, enum panel_state state, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Sharing (any thread). */
struct panel *panel_ref(struct panel *p);
void panel_unref(struct panel *p); /* NULL is fine */

/* Reading. */
const struct table *panel_find_table(const struct panel *p, const char *id);
const struct fact *panel_find_fact(const struct panel *p, const char *name);
enum level panel_level(const struct panel *p); /* the worst of its notes */
const char *panel_name(enum panel_id id);   /* "disks": for JSON, files, the command line */
const char *panel_title(enum panel_id id);  /* gettext'ed: "Disks" */

#endif
