/* view_reports: the Reports place's state, for view_reports*.c alone. */
#ifndef TUI_VIEW_REPORTS_H
#define TUI_VIEW_REPORTS_H

#include "runbook/report.h"
#include "tui/list.h"
#include "tui/view.h"

/* ---- reading journals, on a thread of its own: they may be long ---- */

enum work_kind { WORK_LIST, WORK_REPORT, WORK_VERIFY, WORK_SAVE };

/* A run (all of its sessions) or a session. */
struct record_row {
	char *what;          /* "HOST/RUN" or "HOST/SESSION": its tag, and what reports are asked for by */
	char *host, *name, *runs;
	bool is_run, open;   /* open: no end record */
	int64_t began_ms, ended_ms; /* wall */
	size_t sessions, records;
};

struct work {
	enum work_kind kind;
	char *state_dir, *what, *path;
	enum report_format format;
	/* the answer */
	struct record_row *rows;
	size_t nrows;
	char *text;          /* report, or what verify says; NULL after an error */
	char *error;
	bool intact;
};

struct worker;
struct worker *worker_new(void);
void worker_free(struct worker *w);          /* waits for what it is doing */
int worker_fd(const struct worker *w);       /* readable: worker_take() has an answer */
bool worker_busy(const struct worker *w);
/* Copies. False: it is still busy with something else. */
bool worker_start(struct worker *w, enum work_kind kind, const char *what, enum report_format format,
	const char *path);
struct work *worker_take(struct worker *w);  /* owned: work_free() */
void work_free(struct work *w);
void record_rows_free(struct record_row *rows, size_t n);

/* ---- a report as lines for the screen ---- */

struct page_line {
	char *text;
	enum role role;
	int indent;
	size_t strong; /* bytes at its beginning that stand out: a label */
};
struct page {
	struct page_line *lines;
	size_t n;
};
/* Our own Markdown (or any text, when it is not) in w columns. page_free() it. */
struct page *page_new(const char *text, bool markdown, int w);
void page_free(struct page *p);

/* ---- the view ---- */

struct checked {
	char *what;
	bool intact;
};

struct view_reports {
	struct view view;
	struct worker *worker;
	struct record_row *rows;
	size_t nrows;
	size_t *shown;        /* rows that pass the filter; list.count of them */
	struct list list;
	struct match *match;  /* filter, or NULL */
	bool invert;
	bool listed;          /* the list was read at least once */
	struct checked *checked; /* what was verified in this session */
	size_t nchecked;
	enum report_format format;
	/* the report that is read, or NULL */
	char *text, *what;
	struct page *page;
	int page_width;
	size_t page_top;
};

void reports_view_draw(const struct view *v, struct screen *s, struct rect r);
/* view_reports_note.c: on the run under the cursor; text "": it is asked for. */
void reports_note(struct view_reports *p, const char *text);
const struct record_row *reports_row(const struct view_reports *p); /* under the cursor, or NULL */
const struct checked *reports_checked(const struct view_reports *p, const char *what); /* or NULL */

#endif
